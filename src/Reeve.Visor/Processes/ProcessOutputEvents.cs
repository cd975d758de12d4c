using System.Text;
using Microsoft.Extensions.Logging;
using Reeve.Visor.Events;
using Reeve.Visor.Logs;

namespace Reeve.Visor.Processes;

/// <summary>Turns what the log thread tells of a stream into events and, at loglevel debug, lines of the main log.</summary>
internal sealed class ProcessOutputEvents(EventBus events, ILogger logger)
{
    public IOutputObserver Observer(string group, string process, OutputStream stream, bool eventsEnabled) =>
        new StreamObserver(this, group, process, stream, eventsEnabled);

    private sealed class StreamObserver(
        ProcessOutputEvents owner, string group, string process, OutputStream stream, bool eventsEnabled) : IOutputObserver
    {
        private string Channel => stream == OutputStream.Output ? "stdout" : "stderr";

        public void OnOutput(OutputLog log, int pid, ReadOnlySpan<byte> data)
        {
            owner.Echo(process, Channel, data);
            if (eventsEnabled)
                owner.Publish(new(group, process, pid, stream, Captured: false, data.ToArray()));
        }

        public void OnCaptured(OutputLog log, int pid, ReadOnlySpan<byte> data)
        {
            Log.Captured(owner.Logger, process, Channel);
            owner.Publish(new(group, process, pid, stream, Captured: true, data.ToArray()));
        }
    }

    private ILogger Logger => logger;

    private void Echo(string process, string channel, ReadOnlySpan<byte> data)
    {
        if (logger.IsEnabled(LogLevel.Debug))
            Log.Output(logger, process, channel, Encoding.UTF8.GetString(data));
    }

    private void Publish(ProcessOutputEvent happened)
    {
        if (events.HasSubscribers)
            events.Publish(happened);
    }
}
