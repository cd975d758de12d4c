using System.Diagnostics;

namespace Scenarios.Harness;

/// <summary>Waits for facts that nobody announces: a line in a file, a state of another program's process.</summary>
static class Fact
{
    /// <summary>Far beyond what any of them takes: reached only when the fact never comes.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    public static async Task<T> Of<T>(string what, Func<Task<T?>> look, Func<string>? why = null)
        where T : class
    {
        var cancel = TestContext.Current.CancellationToken;
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await look() is { } found)
                return found;
            if (Stopwatch.GetElapsedTime(start) > Limit)
                throw new TimeoutException($"it never came true that {what}\n{why?.Invoke()}");
            await Task.Delay(20, cancel);
        }
    }

    public static Task That(string what, Func<bool> holds, Func<string>? why = null) =>
        Of(what, () => Task.FromResult(holds() ? what : null), why);

    public static Task That(string what, Func<Task<bool>> holds, Func<string>? why = null) =>
        Of(what, async () => await holds() ? what : null, why);

    public static Task FileHas(string path, string text) =>
        That($"{path} contains '{text}'", () => Text(path).Contains(text), () => Text(path));

    public static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }
}
