using Reeve.Linux.Signals;
using Reeve.Linux.Users;

namespace Reeve.Linux.Tests.Processes;

public class ExecTests
{
    [Fact]
    public void Pid_children_and_signals_survive_the_exchange_of_the_program()
    {
        var lines = Child.Output(SecondPart.Request("upgrade")).Split('\n');
        Assert.Equal(lines[0], lines[1]);
        Assert.StartsWith("pid ", lines[0]);
        Assert.Equal(["signals 10 15", "child 7", ""], lines[2..]);
    }

    [Fact]
    public void Held_signals_reach_no_thread_until_one_lets_them_through()
    {
        var output = Child.Output(SecondPart.Request("hold"));
        Assert.Equal($"held True\ntaken 0\nsignal {Signal.TERM}\n", output);
    }

    [Fact]
    public void A_program_that_cannot_be_executed_leaves_the_old_one_running_and_hearing()
    {
        var output = Child.Output(SecondPart.Request("failed upgrade"));
        Assert.Equal($"errno {Errno.ENOENT}\nsignal {Signal.TERM}\n", output);
    }

    [Fact]
    public void Dropped_privileges_are_dropped_by_every_thread_for_good()
    {
        Assert.SkipUnless(Privileges.IsRoot, "only root may change users");
        Assert.Equal(
            """
            Gid: 4002 4002 4002 4002
            Groups: 4003
            Uid: 4001 4001 4001 4001
            cannot set the supplementary groups: Operation not permitted
            Groups 1

            """, Child.Output(SecondPart.Request("drop")));
    }
}
