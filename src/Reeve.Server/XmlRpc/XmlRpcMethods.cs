using System.Text;
using Reeve.Core.Configuration;
using Reeve.Server.Operations;

namespace Reeve.Server.XmlRpc;

/// <summary>
/// Methods by their full name. <c>system.*</c> is always there, the rest once for each built-in interface.
/// </summary>
public sealed class XmlRpcMethods
{
    private const string BuiltInFactory = "supervisor.rpcinterface:make_main_rpcinterface";

    private readonly Dictionary<string, Operation> _byName = new(StringComparer.Ordinal);

    /// <summary>Makes the methods.</summary>
    /// <param name="operations">The table.</param>
    /// <param name="namespaces">Names of the sections that ask for the built-in interface.</param>
    public XmlRpcMethods(IEnumerable<Operation> operations, IReadOnlyList<string> namespaces)
    {
        foreach (var operation in operations)
        {
            if (operation.Rpc is not { } rpc)
                continue;
            foreach (var ns in rpc.IsSystem ? ["system"] : namespaces)
            {
                foreach (var name in rpc.Names)
                    _byName[$"{ns}.{name}"] = operation;
            }
        }
        Names = [.. _byName.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>All names, sorted.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Name spaces of the sections <c>[rpcinterface:NS]</c> that name the built-in factory.</summary>
    public static IReadOnlyList<string> NamespacesOf(IReadOnlyList<PluginOptions> interfaces) =>
        [.. interfaces.Where(i => i.Factory.Trim() == BuiltInFactory).Select(i => i.Name)];

    /// <summary>A method; null: there is none of this name.</summary>
    public Operation? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Types: of the answer, then of the arguments; null: no such method.</summary>
    public IReadOnlyList<string>? SignatureOf(string name) =>
        Find(name) is { Rpc: { } rpc } operation
            ? [rpc.Returns, .. operation.RpcArguments.Select(a => a.RpcType)]
            : null;

    /// <summary>Text for people, with <c>@param</c> and <c>@return</c> lines; null: no such method.</summary>
    public string? HelpOf(string name)
    {
        if (Find(name) is not { Rpc: { } rpc } operation)
            return null;
        var text = new StringBuilder(operation.Summary).Append("\n\n");
        foreach (var argument in operation.RpcArguments)
        {
            text.Append($"@param {argument.RpcType} {argument.Name} {argument.Summary}");
            if (argument.Default is bool value)
                text.Append(value ? " (default true)" : " (default false)");
            text.Append('\n');
        }
        return text.Append($"@return {rpc.Returns} result {rpc.Result}\n").ToString();
    }
}
