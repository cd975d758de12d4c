using System.IO.Pipes;
using Reeve.Cli.Personalities.Supervisorctl;

namespace Reeve.Cli.Tests.Personalities;

/// <summary>Ctrl-C at the prompt of a shell that is fed through a pipe: it ends as at the end of its input.</summary>
public sealed class InterruptTests
{
    [Fact]
    public async Task Ctrl_C_at_the_prompt_ends_a_shell_without_a_terminal_in_order()
    {
        var cancel = TestContext.Current.CancellationToken;
        var directory = Directory.CreateTempSubdirectory("int").FullName;
        var history = Path.Combine(directory, "history");
        await File.WriteAllTextAsync(history, "an old line\nand a blank one\n\n", cancel);
        using var keyboard = new AnonymousPipeServerStream(PipeDirection.Out);
        using var input = new AnonymousPipeClientStream(PipeDirection.In, keyboard.ClientSafePipeHandle);
        using var output = new Watched();
        using var ctrlC = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var host = RunOutcome.Host(input, output, Stream.Null) with { Interrupted = ctrlC.Token };

        var running = Task.Run(() => SupervisorctlPersonality.Run(["-s", "unix:///none", "-r", history], host), cancel);
        await output.WaitForAsync("supervisor> ");
        await ctrlC.CancelAsync();

        var code = await running;
        // The read that nobody waits for any more.
        keyboard.Dispose();

        Assert.Equal(0, code);
        Assert.Equal("unix:///none no such file\nsupervisor> \n", output.Text);
        // Saved: read, put in order, and written.
        Assert.Equal("an old line\nand a blank one\n", await File.ReadAllTextAsync(history, cancel));
        Directory.Delete(directory, recursive: true);
    }
}
