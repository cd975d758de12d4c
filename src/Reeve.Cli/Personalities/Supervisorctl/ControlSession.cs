using Reeve.Cli.Shell;
using Reeve.Client;
using Reeve.Client.XmlRpc;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>One run of <c>supervisorctl</c>: where the daemon is, what was printed, and the exit code so far.</summary>
sealed class ControlSession(ControlOptions options, PersonalityConsole console, LineInput input, CliHost host) : IDisposable
{
    const string ApiVersion = "3.0";

    XmlRpcClient? _client;

    /// <summary>Where the daemon is, as it was given; texts repeat it.</summary>
    public string ServerUrl
    {
        get;
        set
        {
            field = value;
            Disconnect();
        }
    } = options.ServerUrl;

    /// <summary>Whether to ask back.</summary>
    public bool Interactive => options.Interactive;

    /// <summary>Whether the shell runs, where a key ends a command and not the program.</summary>
    public bool IsShell => options.Words.Count == 0;

    /// <summary>Exit code of the last command that set one.</summary>
    public int ExitStatus { get; set; }

    /// <summary>Where lines go.</summary>
    public PersonalityConsole Console { get; } = console;

    /// <summary>Where answers and lines for a process come from.</summary>
    public LineInput Input { get; } = input;

    /// <summary>Ends the command that runs; the shell goes on.</summary>
    public CancellationToken Cancel { get; set; }

    /// <summary>Host without the port, as errors name it.</summary>
    public string HostName { get; private set; } = "127.0.0.1";

    string? UserName { get; set; } = options.UserName;

    string? Password { get; set; } = options.Password;

    /// <summary>Adds a line to the output.</summary>
    public void Line(string text = "") => Console.WriteLine(text);

    /// <summary>Adds a line and makes the exit code 1.</summary>
    public void Fail(string text)
    {
        Console.WriteLine(text);
        ExitStatus = LsbExit.Generic;
    }

    /// <summary>Calls a method of the namespace <c>supervisor</c>.</summary>
    /// <exception cref="FaultException">The daemon answered with a fault.</exception>
    public XmlRpcValue Call(string method, params IReadOnlyList<XmlRpcValue> arguments)
    {
        Console.Flush();
        _client ??= new(Endpoint(), new() { Blocking = !IsShell, ConnectUnix = host.ConnectUnix });
        var response = Finish(_client.CallAsync("supervisor." + method, arguments, Cancel).AsTask());
        return response.Value ?? throw new FaultException(response.Fault!);
    }

    /// <summary>A client for streams, which can be cancelled.</summary>
    public XmlRpcClient OpenStreams() => new(Endpoint(), new());

    /// <summary>A token that Ctrl-C cancels for as long as the result lives.</summary>
    public Interruption WatchInterrupts() => new(host.Interrupted);

    /// <summary>Makes sure that a daemon answers and has the methods; says so when not.</summary>
    public bool CheckServer()
    {
        try
        {
            var version = Fields.Text(Call("getVersion"));
            if (version == ApiVersion)
                return true;
            Line($"Sorry, this version of supervisorctl expects to talk to a server with API version {ApiVersion}, "
                + $"but the remote version is {version}.");
            ExitStatus = LsbExit.NotInstalled;
        }
        catch (FaultException e) when (e.Fault.Code == FaultCode.UnknownMethod)
        {
            Line("Sorry, supervisord responded but did not recognize the supervisor namespace commands that "
                + "supervisorctl uses to control it.  Please check that the [rpcinterface:supervisor] section is enabled "
                + "in the configuration file (see sample.conf).");
            ExitStatus = LsbExit.Unimplemented;
        }
        catch (ReeveUnreachableException e) when (Failure.IsRefused(e))
        {
            Line($"{ServerUrl} refused connection");
            ExitStatus = LsbExit.InsufficientPrivileges;
        }
        catch (ReeveUnreachableException e) when (Failure.IsAbsent(e))
        {
            Line($"{ServerUrl} no such file");
            ExitStatus = LsbExit.NotRunning;
        }
        return false;
    }

    /// <summary>The exit code that a fault of one process gives.</summary>
    public void CountFault(long code, int ignored = FaultCode.Success)
    {
        if (code == ignored || code == FaultCode.Success)
            return;
        ExitStatus = code is FaultCode.SpawnError or FaultCode.AbnormalTermination or FaultCode.NotRunning
            ? LsbExit.NotRunning
            : LsbExit.Generic;
    }

    /// <summary>From now on as somebody else.</summary>
    public void LogIn(string userName, string password)
    {
        UserName = userName;
        Password = password;
        Disconnect();
    }

    /// <summary>Waits for what blocking calls have finished already.</summary>
    public static T Finish<T>(Task<T> task) => task.GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Dispose() => Disconnect();

    void Disconnect()
    {
        _client?.Dispose();
        _client = null;
    }

    ReeveEndpoint Endpoint()
    {
        var url = ServerUrl;
        var isUnix = url.StartsWith("unix://", StringComparison.Ordinal);
        if (!isUnix && !url.StartsWith("http://", StringComparison.Ordinal))
            throw new ControlException("ValueError", $"Unknown protocol for serverurl {url}");
        try
        {
            var endpoint = isUnix ? ReeveEndpoint.Unix(url["unix://".Length..]) : ReeveEndpoint.Parse(WithPort(url));
            HostName = isUnix ? "127.0.0.1" : endpoint.Host;
            return string.IsNullOrEmpty(UserName) ? endpoint : endpoint with { UserName = UserName, Password = Password ?? "" };
        }
        catch (FormatException e)
        {
            throw new ControlException("ValueError", e.Message);
        }
    }

    // Here a URL means what it says: without a port it is HTTP's own, and a path says nothing.
    static string WithPort(string url)
    {
        var start = "http://".Length;
        var end = url.IndexOf('/', start);
        var authority = (end < 0 ? url[start..] : url[start..end]).TrimEnd(':');
        var portAt = authority.LastIndexOf(':');
        return "http://" + (portAt > authority.LastIndexOf(']') && portAt > authority.LastIndexOf('@') ? authority : authority + ":80");
    }
}

/// <summary>Exit codes of <c>supervisorctl</c>: those of an init script's actions.</summary>
static class LsbExit
{
    public const int Generic = 1;
    public const int InvalidArguments = 2;
    public const int Unimplemented = 3;
    public const int InsufficientPrivileges = 4;
    public const int NotInstalled = 5;
    public const int NotRunning = 7;

    /// <summary><c>status</c>: one that is shown is down.</summary>
    public const int StatusNotRunning = 3;

    /// <summary><c>status</c>: an unknown name, or nothing can be known.</summary>
    public const int StatusUnknown = 4;
}
