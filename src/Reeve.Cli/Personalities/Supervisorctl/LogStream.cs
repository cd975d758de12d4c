using Reeve.Client;
using Reeve.Client.XmlRpc;

namespace Reeve.Cli.Personalities.Supervisorctl;

/// <summary>A log that is shown while it grows.</summary>
static class LogStream
{
    /// <summary>Shows a stream until the daemon ends it or the token is cancelled; failures are told on standard error.</summary>
    public static async Task FollowAsync(ControlSession session, string target, CancellationToken cancel)
    {
        try
        {
            using var client = session.OpenStreams();
            await client.FollowAsync(target, piece => session.Console.Send(piece), cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
        }
        catch (XmlRpcHttpException e)
        {
            session.Console.WriteErrorLine($"{session.ServerUrl}{target} Cannot read, status code {e.Status}");
        }
        catch (ReeveException e)
        {
            session.Console.WriteErrorLine($"{session.ServerUrl}{target} Cannot connect, error: {e.Message}");
        }
    }
}
