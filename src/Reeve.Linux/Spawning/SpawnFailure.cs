namespace Reeve.Linux.Spawning;

public static partial class Spawner
{
    /// <summary>Says why a start failed: <c>cannot start api: changing directory to '/srv/api': No such file or
    /// directory</c>.</summary>
    /// <param name="stage">Failed step.</param>
    /// <param name="errno">Its error.</param>
    /// <param name="request">What was to be started.</param>
    /// <param name="name">The process's name.</param>
    public static string Explain(SpawnStage stage, int errno, SpawnRequest request, string name)
    {
        var step = stage switch
        {
            SpawnStage.None => "nothing failed",
            SpawnStage.Clone => "making a process",
            SpawnStage.SetSession => "beginning a session",
            SpawnStage.Descriptors => "placing its descriptors",
            SpawnStage.Terminal => "taking its terminal",
            SpawnStage.CGroup => $"joining cgroup '{request.CGroup}'",
            SpawnStage.Limits => "setting its resource limits",
            SpawnStage.Oom => $"setting oom_score_adj to {request.OomScoreAdjust}",
            SpawnStage.Nice => $"setting its niceness to {request.Nice}",
            SpawnStage.Umask => "setting its umask",
            SpawnStage.Groups => "setting its supplementary groups",
            SpawnStage.GroupId => $"becoming group {request.Credentials?.GroupId}",
            SpawnStage.UserId => $"becoming user {request.Credentials?.UserId}",
            SpawnStage.Directory => $"changing directory to '{request.Directory}'",
            SpawnStage.ParentDeath => "tying it to its parent",
            SpawnStage.CloseRange => "closing inherited descriptors",
            SpawnStage.Exec => $"executing '{request.File}'",
            SpawnStage.Pipe => "making its pipes",
            _ => stage.ToString(),
        };
        return $"cannot start {name}: {step}: {Errno.Describe(errno)}{Hint(stage, errno, request.File)}";
    }

    // What the error alone would not tell, and operators search longest for.
    private static string Hint(SpawnStage stage, int errno, string file) => (stage, errno) switch
    {
        (SpawnStage.Exec, Errno.ENOENT) when File.Exists(file) => " (it exists; the interpreter it names does not)",
        (SpawnStage.Exec, Errno.ENOEXEC) => " (a script must begin with a line like #!/bin/sh)",
        (SpawnStage.Exec, Errno.EACCES) when Directory.Exists(file) => " (it is a directory)",
        (SpawnStage.Exec, Errno.E2BIG) => " (arguments and environment too large)",
        (SpawnStage.Groups or SpawnStage.GroupId or SpawnStage.UserId, Errno.EPERM) => " (only root may change users)",
        (SpawnStage.Descriptors or SpawnStage.Pipe or SpawnStage.Clone, Errno.EMFILE) => " (raise minfds)",
        _ => "",
    };
}
