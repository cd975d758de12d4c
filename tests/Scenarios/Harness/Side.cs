namespace Scenarios.Harness;

/// <summary>
/// One side of a comparison. <see cref="Supervisor"/> is the truth; <see cref="Subject"/> is judged: Reeve's binary, or
/// what REEVE_SUPERVISORD and REEVE_SUPERVISORCTL name (the real ones again, to prove the comparison itself).
/// </summary>
sealed record Side(string Name, string Supervisord, string Supervisorctl, bool IsReeve)
{
    const string RealDaemon = "/usr/bin/supervisord";
    const string RealCtl = "/usr/bin/supervisorctl";

    /// <summary>The published <c>reeve</c>; null when only the harness is being proven.</summary>
    public static string? Binary { get; } = Variable("REEVE_BINARY");

    public static Side Supervisor
    {
        get
        {
            Assert.SkipUnless(File.Exists(RealDaemon) && File.Exists(RealCtl),
                $"no {RealDaemon} on this machine: the package 'supervisor' is not installed");
            return new Side("supervisor", RealDaemon, RealCtl, IsReeve: false);
        }
    }

    public static Side Subject
    {
        get
        {
            var daemon = Variable("REEVE_SUPERVISORD") ?? Beside("supervisord");
            var ctl = Variable("REEVE_SUPERVISORCTL") ?? Beside("supervisorctl") ?? RealCtl;
            Assert.SkipWhen(daemon is null, "neither REEVE_BINARY nor REEVE_SUPERVISORD names what is to be judged");
            return new Side("reeve", daemon, ctl, IsReeve: daemon != RealDaemon);
        }
    }

    /// <summary>The subject where only Reeve can pass, because Supervisor has the defect or lacks the thing.</summary>
    public static Side Reeve
    {
        get
        {
            Assert.SkipWhen(Binary is null, "REEVE_BINARY does not name the published binary");
            return new Side("reeve", Beside("supervisord")!, Beside("supervisorctl")!, IsReeve: true);
        }
    }

    static string? Beside(string name) =>
        Binary is null ? null : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Binary))!, name);

    static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
