using Microsoft.Extensions.Logging;

namespace Reeve.Server;

/// <summary>Log lines of this room; texts in quotes of the specification are Supervisor's own.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Critical, "Server '{Section}' running without any HTTP authentication checking")]
    public static partial void NoAuthentication(ILogger logger, string section);

    [LoggerMessage(4001, LogLevel.Information, "RPC interface '{Namespace}' initialized")]
    public static partial void InterfaceReady(ILogger logger, string @namespace);

    [LoggerMessage(4002, LogLevel.Warning, "RPC interface '{Namespace}' is not run: {Factory} is Python code")]
    public static partial void InterfaceUnknown(ILogger logger, string @namespace, string factory);

    [LoggerMessage(4003, LogLevel.Warning, "Unlinking stale socket {Path}")]
    public static partial void UnlinkingStale(ILogger logger, string path);

    [LoggerMessage(4010, LogLevel.Error, "XML-RPC request data '{Data}' is invalid: {Kind} ({Reason})")]
    public static partial void InvalidCall(ILogger logger, string data, string kind, string reason);

    [LoggerMessage(4011, LogLevel.Error, "operation {Operation} failed in a way that was not foreseen")]
    public static partial void OperationThrew(ILogger logger, string operation, Exception defect);

    [LoggerMessage(4012, LogLevel.Error, "request {Method} {Path} failed in a way that was not foreseen")]
    public static partial void RequestThrew(ILogger logger, string method, string path, Exception defect);

    [LoggerMessage(
        4020, LogLevel.Error, "cannot write the audit log {Path}: {Reason}; changes go unrecorded meanwhile")]
    public static partial void AuditFailed(ILogger logger, string path, string reason);
}
