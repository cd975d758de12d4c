using Reeve.Client.XmlRpc;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>The configuration file made true: <c>reread</c>, <c>update</c>, <c>add</c>, <c>remove</c>.</summary>
static class GroupCommands
{
    /// <summary>The rows of the table of commands.</summary>
    public static readonly ControlCommand[] All =
    [
        new("reread", "reread \t\t\tReload the daemon's configuration files without add/remove\n", Reread),
        new("update",
            "update\t\t\tReload config and add/remove as necessary, and will restart affected programs\n"
            + "update all\t\tReload config and add/remove as necessary, and will restart affected programs\n"
            + "update <gname> [...]\tUpdate specific groups\n",
            Update) { Arguments = ArgumentKind.Groups },
        new("add", "add <name> [...]\tActivates any updates in config for process/group\n", Add)
        {
            Arguments = ArgumentKind.Groups,
        },
        new("remove", "remove <name> [...]\tRemoves process/group from active config\n", Remove)
        {
            Arguments = ArgumentKind.Groups,
        },
    ];

    sealed record Changes(List<string> Added, List<string> Changed, List<string> Removed)
    {
        public static Changes Read(XmlRpcValue answer)
        {
            // The three lists stand in an array of one.
            if (Fields.Items(answer) is not [{ } inner] || Fields.Items(inner) is not [{ } added, { } changed, { } removed])
                throw new ControlException("ValueError", "the server's answer to reloadConfig is not three lists");
            return new(Fields.Names(added), Fields.Names(changed), Fields.Names(removed));
        }
    }

    static void Reread(ControlSession session, string line)
    {
        if (line.Length > 0)
        {
            Array.Find(All, c => c.Name == "reread")!.Misused(session, "reread accepts no arguments");
            return;
        }
        try
        {
            Tell(session, Changes.Read(session.Call("reloadConfig")));
        }
        catch (FaultException e) when (e.Fault.Code == FaultCode.ShutdownState)
        {
            session.Fail("ERROR: supervisor shutting down");
        }
        catch (FaultException e) when (e.Fault.Code == FaultCode.CantReread)
        {
            session.Fail($"ERROR: {e.Fault.Text}");
        }
    }

    static void Tell(ControlSession session, Changes changes)
    {
        SortedDictionary<string, string> words = new(StringComparer.Ordinal);
        foreach (var name in changes.Added)
            words[name] = "available";
        foreach (var name in changes.Changed)
            words[name] = "changed";
        foreach (var name in changes.Removed)
            words[name] = "disappeared";
        foreach (var (name, word) in words)
            session.Line($"{name}: {word}");
        if (words.Count == 0)
            session.Line("No config updates to processes");
    }

    static void Update(ControlSession session, string line)
    {
        Changes changes;
        try
        {
            changes = Changes.Read(session.Call("reloadConfig"));
        }
        catch (FaultException e) when (e.Fault.Code == FaultCode.ShutdownState)
        {
            session.Fail("ERROR: already shutting down");
            return;
        }
        List<string> wanted = [.. ControlCommand.Words(line).Distinct()];
        if (wanted.Contains("all"))
            wanted.Clear();
        if (wanted.Count > 0)
            TellUnknown(session, changes, wanted);
        bool IsWanted(string group) => wanted.Count == 0 || wanted.Contains(group);

        foreach (var group in changes.Removed.Where(IsWanted))
            Drop(session, group);
        foreach (var group in changes.Changed.Where(IsWanted))
        {
            session.Call("stopProcessGroup", group);
            session.Line($"{group}: stopped");
            session.Call("removeProcessGroup", group);
            session.Call("addProcessGroup", group);
            session.Line($"{group}: updated process group");
        }
        foreach (var group in changes.Added.Where(IsWanted))
        {
            session.Call("addProcessGroup", group);
            session.Line($"{group}: added process group");
        }
    }

    static void TellUnknown(ControlSession session, Changes changes, List<string> wanted)
    {
        var known = ProcessInfo.ReadAll(session.Call("getAllProcessInfo")).Select(p => p.Name.Group)
            .Concat(changes.Added).ToHashSet();
        foreach (var group in wanted.Where(group => !known.Contains(group)))
            session.Fail($"ERROR: no such group: {group}");
    }

    static void Drop(ControlSession session, string group)
    {
        var results = Fields.Items(session.Call("stopProcessGroup", group));
        session.Line($"{group}: stopped");
        if (results.Any(result => Fields.Number(result, "status") == FaultCode.Failed))
        {
            session.Fail($"{group}: has problems; not removing");
            return;
        }
        session.Call("removeProcessGroup", group);
        session.Line($"{group}: removed process group");
    }

    static void Add(ControlSession session, string line)
    {
        foreach (var name in ControlCommand.Words(line))
        {
            try
            {
                session.Call("addProcessGroup", name);
                session.Line($"{name}: added process group");
            }
            catch (FaultException e) when (e.Fault.Code == FaultCode.ShutdownState)
            {
                session.Fail("ERROR: shutting down");
            }
            catch (FaultException e) when (e.Fault.Code == FaultCode.AlreadyAdded)
            {
                session.Line("ERROR: process group already active");
            }
            catch (FaultException e) when (e.Fault.Code == FaultCode.BadName)
            {
                session.Fail($"ERROR: no such process/group: {name}");
            }
        }
    }

    static void Remove(ControlSession session, string line)
    {
        foreach (var name in ControlCommand.Words(line))
        {
            try
            {
                session.Call("removeProcessGroup", name);
                session.Line($"{name}: removed process group");
            }
            catch (FaultException e) when (e.Fault.Code == FaultCode.StillRunning)
            {
                session.Fail($"ERROR: process/group still running: {name}");
            }
            catch (FaultException e) when (e.Fault.Code == FaultCode.BadName)
            {
                session.Fail($"ERROR: no such process/group: {name}");
            }
        }
    }
}
