using Microsoft.Extensions.Logging;
using Reeve.Client.XmlRpc;
using Reeve.Server.Access;
using Reeve.Server.Operations.Answers;
using Reeve.Server.XmlRpc;
using Reeve.Visor;
using Reeve.Visor.Processes;

namespace Reeve.Server.Operations;

/// <summary>The one way from both fronts to an operation: permission, carrying out, audit.</summary>
/// <param name="supervisor">Whom everything is asked of.</param>
/// <param name="audit">Where changes are written down.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Told of defects.</param>
public sealed class Dispatcher(Supervisor supervisor, AuditLog audit, TimeProvider time, ILogger logger)
{
    /// <summary>Whom everything is asked of.</summary>
    public Supervisor Supervisor { get; } = supervisor;

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Methods of XML-RPC.</summary>
    public XmlRpcMethods Methods { get; } =
        new(OperationsTable.All, XmlRpcMethods.NamespacesOf(supervisor.Configuration.RpcInterfaces));

    /// <summary>One configuration update at a time.</summary>
    internal SemaphoreSlim Updating { get; } = new(1, 1);

    /// <summary>Carries a call of XML-RPC out. Never throws but for cancellation.</summary>
    public ValueTask<Answer> CallAsync(XmlRpcCall call, Caller caller, CancellationToken cancel)
    {
        if (Methods.Find(call.Method) is not { } operation)
            return new(new FailedAnswer(Fault.UnknownMethod, null));
        if (XmlRpcArguments.Bind(operation, call.Arguments, out var values) is { } failure)
            return new(failure);
        if (!operation.Rpc!.IsSystem && !operation.AnswersWhileEnding && Supervisor.State != DaemonState.Running)
            return new(Answer.Failed(new(OutcomeKind.ShuttingDown), null));
        return RunAsync(operation, values, caller, Front.XmlRpc, cancel);
    }

    /// <summary>Carries an operation out. Never throws but for cancellation.</summary>
    public async ValueTask<Answer> RunAsync(
        Operation operation, object?[] values, Caller caller, Front front, CancellationToken cancel)
    {
        var request = new Request(operation, values, caller, front, this);
        Answer answer;
        if (caller.Role < operation.Role)
        {
            var needed = operation.Role.ToString().ToLowerInvariant();
            answer = new FailedAnswer(Fault.Forbidden, $"{operation.Name} needs the role {needed}");
        }
        else
        {
            try
            {
                answer = await operation.Run(request, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                if (operation.Changes)
                    audit.Write(caller, operation.Name, request.Target, "caller left");
                throw;
            }
#pragma warning disable CA1031 // A defect in one operation must not take the daemon's front down.
            catch (Exception defect)
#pragma warning restore CA1031
            {
                Log.OperationThrew(logger, operation.Name, defect);
                answer = new FailedAnswer(Fault.Of(OutcomeKind.Failed), defect.Message);
            }
        }
        if (operation.Changes)
            audit.Write(caller, operation.Name, request.Target, answer.Code);
        return answer;
    }
}
