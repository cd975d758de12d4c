namespace Reeve.Server.Operations;

/// <summary>
/// All operations. XML-RPC, HTTP routes, OpenAPI, help and the permission check come from these rows.
/// </summary>
public static class OperationsTable
{
    /// <summary>Every row, by subject.</summary>
    public static IReadOnlyList<Operation> All { get; } =
    [
        .. DaemonOperations.Rows, .. ProcessOperations.Rows, .. LogOperations.Rows, .. GroupOperations.Rows,
        .. ConfigurationOperations.Rows, .. EventOperations.Rows, .. SystemOperations.Rows,
    ];
}
