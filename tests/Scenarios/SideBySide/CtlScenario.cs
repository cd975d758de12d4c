using Scenarios.Harness;

namespace Scenarios.SideBySide;

/// <summary>Every command of supervisorctl in every form, in an order in which one side cannot hide from the other.</summary>
static class CtlScenario
{
    static readonly string[] Helps =
    [
        "add", "avail", "clear", "exit", "fg", "help", "maintail", "open", "pid", "quit", "reload", "remove", "reread",
        "restart", "shutdown", "signal", "start", "status", "stop", "tail", "update", "version",
    ];

    static readonly string[] Looking =
    [
        "help", .. Helps.Select(help => $"help {help}"), "help nosuch", "nosuch", "nosuch with arguments", "version", "version x",
        "status", "status all", "status site:*", "status site:", "status site", "status site:web_01 manual", "status nosuch",
        "status nosuch:*", "status site:nosuch", "status nosuch reader", "status reader", "status manual",
        "status long-name-that-is-wider-than-the-column", "status failing", "status once", "status missing",
        "pid", "pid all", "pid site:web_00", "pid reader site:worker", "pid manual", "pid nosuch", "pid web", "pid site:*", "avail",
    ];

    static readonly string[] Starting =
    [
        "start", "start nosuch", "start nosuch:*", "start nosuch:a", "start manual", "start manual", "start missing", "start unfindable",
        "start plain", "start folder", "start failing", "start once", "start unexpected", "start expected", "start site:*",
        "start site:web_00", "start reader silent nosuch", "start site:", "start web", "status",
    ];

    static readonly string[] Stopping =
    [
        "stop", "stop nosuch", "stop nosuch:*", "stop manual", "stop manual", "stop once", "stop failing", "stop site:web_00",
        "stop site:*", "status site:*", "start site:*", "status site:*", "stop deaf", "status deaf", "stop reader silent nosuch",
        "restart", "restart reader", "restart reader silent", "restart site:*", "restart nosuch", "restart nosuch:*",
        "restart failing", "restart manual", "status",
    ];

    static readonly string[] Signalling =
    [
        "signal", "signal HUP", "signal BOGUS manual", "signal CONT manual", "signal SIGCONT manual", "signal 18 manual",
        "signal cont manual", "signal 999 manual", "signal CONT once", "signal CONT nosuch", "signal CONT nosuch:*",
        "signal CONT site:*", "signal CONT site:web_00 reader", "signal CONT all", "signal BOGUS all",
    ];

    static readonly string[] Tailing =
    [
        "tail", "tail worker", "tail site:worker", "tail site:worker stdout", "tail site:worker stderr", "tail site:worker bogus",
        "tail -8 site:worker", "tail -0 site:worker", "tail -x site:worker", "tail -9999 site:worker", "tail -5", "tail a b c d",
        "tail silent", "tail nosuch", "tail failing stderr", "tail failing", "tail manual", "tail site:*",
        "maintail -x", "maintail x", "maintail -1 -2", "clear", "clear nosuch", "clear silent", "clear manual", "clear site:worker",
        "tail site:worker", "clear site:*", "clear reader site:web_00", "clear all",
    ];

    static readonly string[] Grouping =
    [
        "add", "add nosuch", "add manual", "add manual nosuch", "remove", "remove nosuch", "remove manual", "stop manual",
        "remove manual", "status manual", "avail", "add manual", "status manual", "remove once site",
        "reread x", "reload x", "shutdown x", "avail x", "update nosuch", "reread", "update", "update all", "update site",
    ];

    /// <summary>Runs it all with <paramref name="client"/>'s supervisorctl against <paramref name="side"/>'s daemon.</summary>
    public static async Task<Transcript> Record(Side side, Side client)
    {
        await using var daemon = await Realistic.Start(side);
        var record = new Transcript(daemon.Scratch);

        foreach (var part in new[] { Looking, Starting, Stopping, Signalling, Tailing, Grouping })
        {
            foreach (var line in part)
                await Step(daemon, client, record, line);
        }

        await ChangeTheFile(daemon, client, record);
        await TypeIntoTheShell(daemon, client, record);
        await Follow(daemon, client, record);
        await Foreground(daemon, client, record);
        await GiveOptions(daemon, client, record);
        await End(daemon, client, record);
        return record;
    }

    static async Task Step(Daemon daemon, Side client, Transcript record, string line, string input = "")
    {
        record.Add(line, Ordered(line, (await daemon.Ctl(client, line, input)).ToString()));
        await Realistic.Settled(daemon);
    }

    /// <summary>Of a whole group or of all, those that take equally long finish in an order by chance.</summary>
    static string Ordered(string command, string text)
    {
        if (!command.EndsWith(":*", StringComparison.Ordinal) && !command.EndsWith(" all", StringComparison.Ordinal))
            return text;
        var lines = text.Split('\n');
        for (var first = 0; first < lines.Length;)
        {
            var verb = lines[first].Split(' ')[^1];
            var count = lines.Skip(first).TakeWhile(line => line.Contains(": ") && line.EndsWith($" {verb}", StringComparison.Ordinal)).Count();
            Array.Sort(lines, first, count, StringComparer.Ordinal);
            first += Math.Max(count, 1);
        }

        return string.Join('\n', lines);
    }

    static async Task ChangeTheFile(Daemon daemon, Side client, Transcript record)
    {
        var scratch = daemon.Scratch;
        scratch.Write("conf.d/included.conf", Realistic.Included("sleep 2000"));
        scratch.Write("conf.d/new.conf", "[program:brandnew]\ncommand=sleep 1000\nstartsecs=0\n");
        await Step(daemon, client, record, "reread");
        await Step(daemon, client, record, "avail");
        await Step(daemon, client, record, "status included brandnew");
        await Step(daemon, client, record, "add brandnew");
        await Step(daemon, client, record, "reread");
        await Step(daemon, client, record, "update");
        await Step(daemon, client, record, "reread");
        await Step(daemon, client, record, "status included brandnew");

        File.Delete(scratch.Path("conf.d/new.conf"));
        scratch.Write("conf.d/included.conf", Realistic.Included("sleep 3000"));
        scratch.Write("conf.d/other.conf", "[program:other]\ncommand=sleep 1000\nstartsecs=0\nautostart=false\n");
        await Step(daemon, client, record, "update other");
        await Step(daemon, client, record, "update nosuch included");
        await Step(daemon, client, record, "update");
        await Step(daemon, client, record, "status");

        scratch.Write("conf.d/other.conf", "[program:other]\nstartsecs=soon\n");
        await Step(daemon, client, record, "reread");
        await Step(daemon, client, record, "status other");
        scratch.Write("conf.d/other.conf", "[program:other]\ncommand=echo %(nosuch)s\n");
        await Step(daemon, client, record, "reread");
        File.Delete(scratch.Path("conf.d/other.conf"));
        await Step(daemon, client, record, "update");
    }

    static async Task TypeIntoTheShell(Daemon daemon, Side client, Transcript record)
    {
        await Step(daemon, client, record, "-i", "help\n\nnosuch\nstatus reader\nstart\nquit\n");
        await Step(daemon, client, record, "", "status manual\nexit\n");
        await Step(daemon, client, record, "-i", "version\n");
        await Step(daemon, client, record, "-i", "reload\nn\nshutdown\nn\nopen ftp://nowhere\nexit\n");
        await Step(daemon, client, record, "-i", "open unix:///no/such/socket\nversion\nexit\n");
        await Step(daemon, client, record, "open http://localhost:1");
        await Step(daemon, client, record, "open nonsense");
        await Step(daemon, client, record, "open");
    }

    static async Task Follow(Daemon daemon, Side client, Transcript record)
    {
        await daemon.Rpc.Call("supervisor.sendProcessStdin", "reader", "first line\n");
        await Fact.FileHas(daemon.Scratch.Path("reader.out"), "first line");
        await using (var tail = daemon.OpenCtl(client, "tail -f reader"))
        {
            await Fact.That("tail -f shows what there is", () => tail.Out.Contains("first line"), () => tail.Out + tail.Error);
            await daemon.Rpc.Call("supervisor.sendProcessStdin", "reader", "second line\n");
            await Fact.That("tail -f shows what comes", () => tail.Out.Contains("second line"), () => tail.Out + tail.Error);
            tail.Signal("INT");
            record.Add("tail -f reader", (await tail.Ended()).ToString());
        }

        await using (var tail = daemon.OpenCtl(client, "maintail -f"))
        {
            await Fact.That("maintail -f has begun", () => tail.Out.Split('\n').Length > 2, () => tail.Out + tail.Error);
            await daemon.Ctl(client, "start manual");
            await daemon.Ctl(client, "stop manual");
            await Fact.That("maintail -f shows what comes", () => tail.Out.Contains("stopped: manual"), () => tail.Out + tail.Error);
            tail.Signal("INT");
            var said = await tail.Ended();
            record.Add("maintail -f", $"exit {said.Exit}\n{said.Out.Split('\n')[0]}\n{said.Error}");
        }

        await Step(daemon, client, record, "tail -f nosuch");
        await Step(daemon, client, record, "tail -f silent");
    }

    static async Task Foreground(Daemon daemon, Side client, Transcript record)
    {
        await Step(daemon, client, record, "fg");
        await Step(daemon, client, record, "fg reader silent");
        await Step(daemon, client, record, "fg nosuch");
        await Step(daemon, client, record, "fg manual");
        await using var fg = daemon.OpenCtl(client, "fg reader");
        await Fact.That("fg has begun", () => fg.Out.Contains("second line"), () => fg.Out + fg.Error);
        await fg.Type("typed by hand\n");
        await Fact.That("fg echoes the program", () => fg.Out.Contains("typed by hand"), () => fg.Out + fg.Error);
        fg.EndInput();
        record.Add("fg reader", (await fg.Ended()).ToString());
    }

    static async Task GiveOptions(Daemon daemon, Side client, Transcript record)
    {
        await Step(daemon, client, record, "--bogus");
        await Step(daemon, client, record, "-s nonsense status");
        await Step(daemon, client, record, "-s http://localhost:1 status");
        await Step(daemon, client, record, "-s http://localhost:1 start manual");
        await Step(daemon, client, record, "-s unix:///no/such/socket status");
        await Step(daemon, client, record, "-s unix:///no/such/socket pid");
        await Step(daemon, client, record, "-s unix:///no/such/socket shutdown");
        await Step(daemon, client, record, "-s http://localhost:1 shutdown");
        await Step(daemon, client, record, "-s unix:///no/such/socket reload");
        await Step(daemon, client, record, "-h");
    }

    static async Task End(Daemon daemon, Side client, Transcript record)
    {
        var worker = await daemon.PidOf("site:worker");
        await daemon.Rpc.Call("supervisor.stopProcess", "reader");
        record.Add("reload", (await daemon.Ctl(client, "reload")).ToString());
        await daemon.Replaced("site:worker", worker);
        await daemon.Until("failing", "FATAL");
        await daemon.Until("missing", "FATAL");
        await Realistic.Settled(daemon);
        await Step(daemon, client, record, "status");

        record.Add("shutdown", (await daemon.Ctl(client, "shutdown")).ToString());
        record.Add("the daemon's end", $"exit {(await daemon.Process.Ended()).Exit}");
        record.Add("left behind", string.Join('\n', Directory.EnumerateFiles(daemon.Scratch.Root).Order()));
        foreach (var line in new[] { "status", "pid", "start manual", "shutdown", "reload", "update" })
            record.Add($"{line}, nobody there", (await daemon.Ctl(client, line)).ToString());
    }
}
