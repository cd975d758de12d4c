using Scenarios.Harness;

namespace Scenarios.SideBySide;

/// <summary>Supervisor's own supervisorctl must not notice which daemon it talks to.</summary>
public sealed class CtlOfDebianTests
{
    [Fact]
    public async Task Debians_supervisorctl_sees_no_difference_between_the_daemons() =>
        await Ctl.Same(Side.Subject, client: Side.Supervisor, Side.Subject.IsReeve ? Ctl.OfTheDaemon : []);
}

/// <summary>A user must not notice which supervisorctl he types.</summary>
public sealed class CtlOfOursTests
{
    [Fact]
    public async Task Our_supervisorctl_prints_what_Debians_prints() => await Ctl.Same(
        Side.Subject, client: Side.Subject, Side.Subject.IsReeve ? [.. Ctl.OfTheDaemon, .. Ctl.OfTheClient] : []);
}

/// <summary>Ours also works where the daemon has not been replaced yet.</summary>
public sealed class CtlAcrossTests
{
    [Fact]
    public async Task Our_supervisorctl_commands_Supervisors_daemon() =>
        await Ctl.Same(Side.Supervisor, client: Side.Subject, Side.Subject.IsReeve ? Ctl.OfTheClient : []);
}

/// <summary>What the three classes share; they are three so that they run at the same time.</summary>
static class Ctl
{
    /// <summary>Differences that our daemon makes and that we want; each must occur.</summary>
    public static readonly Difference[] OfTheDaemon = [];

    /// <summary>Differences that our supervisorctl makes and that we want; each must occur.</summary>
    public static readonly Difference[] OfTheClient = [];

    /// <summary>Supervisor by Supervisor, recorded once for all.</summary>
    static readonly Lazy<Task<Transcript>> Truth = new(() => CtlScenario.Record(Side.Supervisor, Side.Supervisor));

    public static async Task Same(Side daemon, Side client, IEnumerable<Difference> wanted)
    {
        // Both at once: most of the time is spent waiting for Supervisor's turns.
        var both = await Task.WhenAll(Truth.Value, CtlScenario.Record(daemon, client));
        Transcript.AssertSame(both[0], both[1], wanted);
    }
}
