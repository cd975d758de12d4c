using System.Diagnostics;
using Reeve.Linux.Files;
using Reeve.Visor.Configuration;

namespace Reeve.Visor.Tests.Configuration;

public sealed class MachineSourceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("reeve-source-").FullName;
    private readonly MachineSource _source;

    public MachineSourceTests() => _source = new(_directory, new Dictionary<string, string>());

    // Not .NET, which cannot name everything that is in it.
    public void Dispose() => Shell("rm -r \"$1\"", _directory);

    [Fact]
    public void What_is_included_must_be_a_plain_file()
    {
        Shell("mkfifo \"$1/pipe\" && mkdir \"$1/d\" && ln -s gone \"$1/broken\" && echo x > \"$1/plain\"", _directory);

        Assert.Equal("it is a pipe", Assert.Throws<IOException>(() => _source.ReadIncludedFile("pipe")).Message);
        Assert.Equal("it is a directory", Assert.Throws<IOException>(() => _source.ReadIncludedFile("d")).Message);
        Assert.Equal("it is a device or a socket", Assert.Throws<IOException>(() => _source.ReadIncludedFile("/dev/null")).Message);
        Assert.Equal("No such file or directory",
            Assert.Throws<FileNotFoundException>(() => _source.ReadIncludedFile("broken")).Message);
        Assert.Equal("x\n"u8.ToArray(), _source.ReadIncludedFile("plain"));
    }

    [Fact]
    public async Task The_main_file_may_be_a_pipe_that_is_read_to_its_end()
    {
        Shell("mkfifo \"$1/pipe\"", _directory);
        using var writer = Process.Start("/bin/sh", ["-c", "echo one > \"$1/pipe\"", "sh", _directory]);

        Assert.True(_source.CanRead("pipe"));
        Assert.True(_source.ReadsOnlyOnce("pipe"));
        Assert.Equal("one\n"u8.ToArray(), _source.ReadFile("pipe"));
        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Plain_files_are_read_again_and_what_this_process_has_open_is_not()
    {
        Shell("echo x > \"$1/plain\"", _directory);

        Assert.False(_source.ReadsOnlyOnce("plain"));
        Assert.True(_source.ReadsOnlyOnce("/dev/stdin"));
        Assert.True(_source.ReadsOnlyOnce("/proc/self/fd/0"));
        Assert.False(_source.ReadsOnlyOnce("none"));
        Assert.False(_source.CanRead("none"));
        Assert.False(_source.CanRead("."));
    }

    [Fact]
    public void Names_that_are_no_UTF8_are_found_and_read()
    {
        const string odd = "x\udcff";
        Shell("mkdir \"$1/$2\" && echo there > \"$1/$2/$2.conf\"", _directory, odd);
        var source = new MachineSource($"{_directory}/{odd}", new Dictionary<string, string>());

        var found = Assert.Single(source.Glob($"{_directory}/{odd}/*.conf"));

        Assert.Equal($"{_directory}/{odd}/{odd}.conf", found);
        Assert.Equal("there\n"u8.ToArray(), source.ReadIncludedFile(found));
        Assert.True(source.DirectoryExists("."));
        Assert.Equal(0, PosixFile.TryFacts(found, out _));
    }

    [Fact]
    public void Without_a_current_directory_only_absolute_paths_lead_anywhere()
    {
        var nowhere = new MachineSource(null, new Dictionary<string, string>());

        Assert.Equal("/tmp", nowhere.FullPath("/tmp/x/.."));
        Assert.StartsWith("cannot find 'x.conf': the current directory no longer exists.",
            Assert.Throws<NoCurrentDirectoryException>(() => nowhere.FullPath("x.conf")).Message);
    }

    private static void Shell(string script, params string[] arguments)
    {
        var result = Linux.Spawning.Spawner.Spawn(
            new()
            {
                File = "/bin/sh",
                Arguments = ["sh", "-c", script, "sh", .. arguments],
                Environment = ["PATH=/usr/bin:/bin"],
            },
            null, null, null);
        Assert.Equal(0, result.Errno);
        Assert.Equal(0, Linux.Reaping.PidFd.Reap(result.PidFd!).Code);
    }
}
