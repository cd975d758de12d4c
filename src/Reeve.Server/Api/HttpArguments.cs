using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Reeve.Server.Operations;

namespace Reeve.Server.Api;

/// <summary>
/// Takes an operation's arguments out of route, query and body. What is not declared is refused, not ignored.
/// </summary>
internal static class HttpArguments
{
    /// <summary>Reads the arguments.</summary>
    /// <returns>What is wrong; null: nothing.</returns>
    public static async ValueTask<(string? Wrong, object?[] Values)> BindAsync(
        Operation operation, string[] segments, HttpContext http, CancellationToken cancel)
    {
        var values = new object?[operation.Arguments.Count];
        var route = operation.Http!.Route.Split('/');
        var query = http.Request.Query;
        var taken = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var argument = operation.Arguments[i];
            if (argument.Front == Front.XmlRpc)
                continue;
            var segment = Array.IndexOf(route, $"{{{argument.Name}}}");
            if (segment >= 0)
            {
                values[i] = Uri.UnescapeDataString(segments[segment]);
            }
            else if (argument.Type == ArgumentType.Bytes)
            {
                values[i] = await RequestBody.ReadAsync(
                    http, static body => new ReadOnlyMemory<byte>(body.ToArray()), cancel);
            }
            else if (query.TryGetValue(argument.Name, out var sent))
            {
                taken++;
                if (argument.Type == ArgumentType.Texts)
                    values[i] = sent.Select(s => s ?? "").ToArray();
                else if (sent.Count > 1)
                    return ($"parameter '{argument.Name}' stands {sent.Count} times; give it once", values);
                else if (sent[0] is var text && !TryConvert(argument, text ?? "", out values[i]))
                    return ($"parameter '{argument.Name}' is '{Shorten(text ?? "")}', not {Wanted(argument)}", values);
            }
            else if (!argument.Optional)
            {
                return ($"parameter '{argument.Name}' is missing: {argument.Summary}", values);
            }
        }
        return (taken < query.Count ? Unknown(operation, query) : null, values);
    }

    private static bool TryConvert(Argument argument, string text, out object? value)
    {
        value = argument.Type switch
        {
            ArgumentType.Number =>
                long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : null,
            // A bare ?follow means yes.
            ArgumentType.Flag => text switch { "true" or "1" or "" => true, "false" or "0" => false, _ => null },
            _ => text,
        };
        return value is not null;
    }

    private static string Wanted(Argument argument) => argument.Type switch
    {
        ArgumentType.Number => "a whole number",
        ArgumentType.Flag => "true or false",
        _ => "a text",
    };

    private static string Unknown(Operation operation, IQueryCollection query)
    {
        var known = operation.HttpArguments
            .Where(a => a.Type != ArgumentType.Bytes)
            .Where(a => !operation.Http!.Route.Contains($"{{{a.Name}}}", StringComparison.Ordinal))
            .Select(a => a.Name).ToArray();
        var unknown = query.Keys.First(k => !known.Contains(k, StringComparer.OrdinalIgnoreCase));
        var taken = known.Length == 0 ? "none" : string.Join(", ", known);
        return $"parameter '{Shorten(unknown)}' is not known; {operation.Name} takes {taken}";
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
