using Reeve.Core.Processes;

namespace Reeve.Core.Tests.Processes;

public class SignalNamesTests
{
    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("sigusr1", 10)]
    [InlineData(" Hup ", 1)]
    [InlineData("15", 15)]
    [InlineData("16", 16)]
    [InlineData("rtmin", 34)]
    [InlineData("SIGRTMAX", 64)]
    [InlineData("64", 64)]
    [InlineData("CLD", 17)]
    [InlineData("IOT", 6)]
    [InlineData("IO", 29)]
    [InlineData("POLL", 29)]
    public void A_signal_is_a_name_or_a_number_that_has_one(string text, int signal)
    {
        Assert.True(SignalNames.TryParse(text, out var found));
        Assert.Equal(signal, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SIG")]
    [InlineData("FOO")]
    [InlineData("RTMIN+1")]
    [InlineData("SIG_DFL")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("32")]
    [InlineData("35")]
    [InlineData("65")]
    [InlineData("99999999999")]
    [InlineData("TERMINATE NOW")]
    public void Anything_else_is_none(string text)
    {
        Assert.False(SignalNames.TryParse(text, out var found));
        Assert.Equal(0, found);
    }

    [Theory]
    [InlineData(1, "SIGHUP")]
    [InlineData(6, "SIGABRT")]
    [InlineData(9, "SIGKILL")]
    [InlineData(17, "SIGCHLD")]
    [InlineData(29, "SIGPOLL")]
    [InlineData(31, "SIGSYS")]
    [InlineData(34, "SIGRTMIN")]
    [InlineData(64, "SIGRTMAX")]
    [InlineData(35, "signal 35")]
    [InlineData(0, "signal 0")]
    public void Names_are_those_that_Supervisor_prints(int signal, string name)
    {
        Assert.Equal(name, SignalNames.NameOf(signal));
    }

    [Fact]
    public void Every_name_leads_back_to_its_signal()
    {
        Assert.All(SignalNames.All, name =>
        {
            Assert.True(SignalNames.TryParse(name, out var signal));
            Assert.Equal(name, SignalNames.NameOf(signal));
        });
    }
}
