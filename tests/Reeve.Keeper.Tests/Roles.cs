using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Reeve.Linux.Descriptors;
using Reeve.Linux.Polling;

namespace Reeve.Keeper.Tests;

/// <summary>
/// This test program is also a keeper, when <see cref="Variable"/> is set, and the visor of that keeper. The visor does
/// what it reads on stdin, a line each, and writes what the keeper tells it to stdout.
/// </summary>
static class Roles
{
    /// <summary>Set: be a keeper. Its value is the number of the ready descriptor.</summary>
    public const string Variable = "REEVE_TEST_KEEPER";

    [ModuleInitializer]
    internal static void Play()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } descriptor)
            return;
        if (Environment.GetEnvironmentVariable(KeeperLink.DescriptorVariable) is not null)
            Environment.Exit(new ScriptedVisor().Run());
        Environment.Exit(KeeperRole.Run(new()
        {
            VisorFile = Environment.ProcessPath!,
            VisorArguments = ["visor"],
            ReadyDescriptor = int.Parse(descriptor, CultureInfo.InvariantCulture),
        }));
    }

    sealed class ScriptedVisor
    {
        readonly KeeperLink _link = KeeperLink.Connect();
        readonly byte[] _buffer = new byte[64 * 1024];

        public int Run()
        {
            using SafeFileHandle input = new(0, ownsHandle: false);
            using var epoll = new Epoll();
            epoll.Add(_link.Descriptor, PollEvents.Readable, 0);
            epoll.Add(input, PollEvents.Readable, 1);
            var ready = new PollEvent[2];
            Say($"visor {Environment.ProcessId}");
            while (true)
            {
                var count = epoll.Wait(ready, -1);
                foreach (var one in ready.AsSpan(0, count))
                {
                    if (one.Token == 0)
                        Report();
                    else
                        Obey(input);
                }
            }
        }

        void Report()
        {
            try
            {
                while (_link.TryReceive() is { } message)
                    Say(message.ToString());
            }
            catch (EndOfStreamException)
            {
                Say("the keeper is gone");
                Environment.Exit(0);
            }
        }

        /// <summary>Commands come one at a time: the test waits for what each leads to.</summary>
        void Obey(SafeFileHandle input)
        {
            var read = Descriptor.Read(input, _buffer);
            if (read.EndOfFile)
                Environment.Exit(0);
            var text = Encoding.UTF8.GetString(_buffer, 0, read.Bytes);
            foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var words = line.Split(' ', 3);
                switch (words[0])
                {
                    case "spawn":
                        _link.Spawn(
                            new(Number(words[1])), "", TestVisor.Shell(words[2]), PipeSet.Input | PipeSet.Output);
                        break;
                    case "fail":
                        _link.Spawn(
                            new(Number(words[1])),
                            "",
                            TestVisor.Request("/nonexistent/program"),
                            PipeSet.Input | PipeSet.Output | PipeSet.Error);
                        break;
                    case "ready":
                        _link.Ready();
                        break;
                    case "seen":
                        _link.SignalSeen((int)Number(words[1]));
                        break;
                    case "finish":
                        _link.Finish((int)Number(words[1]));
                        break;
                    case "say":
                        Say(words[1]);
                        break;
                    case "exit":
                        Environment.Exit((int)Number(words[1]));
                        break;
                }
            }
        }

        static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);

        static void Say(string line)
        {
            using var output = new SafeFileHandle(1, ownsHandle: false);
            Descriptor.Write(output, Encoding.UTF8.GetBytes(line + "\n"));
        }
    }
}
