using System.Globalization;
using System.Text;
using Reeve.Client.XmlRpc;
using Reeve.Server.Operations;
using Reeve.Server.Operations.Answers;

namespace Reeve.Server.XmlRpc;

/// <summary>Puts the positional arguments of a call into an operation's own, or says why they do not fit.</summary>
/// <remarks>
/// As in Supervisor a string, a boolean or a double may come where a whole number is expected (a double is cut towards
/// zero), not the reverse, and base64 is text. Where Supervisor fails with HTTP 500 on a wrong type, the answer is
/// INCORRECT_PARAMETERS.
/// </remarks>
internal static class XmlRpcArguments
{
    private static readonly UTF8Encoding s_strictUtf8 = new(false, throwOnInvalidBytes: true);

    public static FailedAnswer? Bind(Operation operation, IReadOnlyList<XmlRpcValue> sent, out object?[] values)
    {
        values = new object?[operation.Arguments.Count];
        var next = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var argument = operation.Arguments[i];
            if (argument.Front == Front.Http)
                continue;
            if (next < sent.Count)
            {
                var value = sent[next++];
                if (!TryConvert(argument, value, out values[i]))
                    return Wrong(argument, value);
            }
            else if (!argument.Optional)
            {
                return new(Fault.IncorrectParameters, null);
            }
        }
        return next < sent.Count ? new(Fault.IncorrectParameters, null) : null;
    }

    private static FailedAnswer Wrong(Argument argument, XmlRpcValue value)
    {
        // sendProcessStdin is the one method where Supervisor itself looks, and tells the value.
        if (argument.Type == ArgumentType.Bytes && value is XmlRpcValue.Int number)
            return new(Fault.IncorrectParameters, number.Value.ToString(CultureInfo.InvariantCulture));
        return new(Fault.IncorrectParameters, $"{argument.Name} must be {Wanted(argument)}, not {value.TypeName}");
    }

    private static string Wanted(Argument argument) => argument.Type switch
    {
        ArgumentType.Number => "an int",
        ArgumentType.Flag => "a boolean",
        ArgumentType.Signal => "a string or an int",
        ArgumentType.Texts or ArgumentType.Calls => "an array",
        ArgumentType.Bytes => "a string or base64",
        _ => "a string",
    };

    private static bool TryConvert(Argument argument, XmlRpcValue value, out object? converted)
    {
        converted = argument.Type switch
        {
            ArgumentType.Text => ToText(value),
            ArgumentType.Signal => value is XmlRpcValue.Int number
                ? number.Value.ToString(CultureInfo.InvariantCulture)
                : ToText(value),
            ArgumentType.Number => ToInteger(value),
            ArgumentType.Flag => ToFlag(value),
            ArgumentType.Bytes => value switch
            {
                XmlRpcValue.Text text => (object)new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(text.Value)),
                XmlRpcValue.Bytes bytes => bytes.Value,
                _ => null,
            },
            ArgumentType.Calls => (value as XmlRpcValue.Array)?.Items,
            _ => value is XmlRpcValue.Array array && array.Items.All(i => i is XmlRpcValue.Text)
                ? array.Items.Select(i => ((XmlRpcValue.Text)i).Value).ToArray()
                : null,
        };
        return converted is not null;
    }

    private static string? ToText(XmlRpcValue value)
    {
        if (value is XmlRpcValue.Text text)
            return text.Value;
        if (value is not XmlRpcValue.Bytes bytes)
            return null;
        try
        {
            return s_strictUtf8.GetString(bytes.Value.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static object? ToInteger(XmlRpcValue value) => value switch
    {
        XmlRpcValue.Int number => number.Value,
        XmlRpcValue.Bool flag => flag.Value ? 1L : 0L,
        XmlRpcValue.Number number when Math.Abs(number.Value) < long.MaxValue => (long)number.Value,
        XmlRpcValue.Text text when long.TryParse(text.Value, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    // Python takes every value for a truth value; only those that nobody can misread are taken here.
    private static object? ToFlag(XmlRpcValue value) => value switch
    {
        XmlRpcValue.Bool flag => flag.Value,
        XmlRpcValue.Int number => number.Value != 0,
        XmlRpcValue.Text { Value: "true" or "True" or "1" } => true,
        XmlRpcValue.Text { Value: "false" or "False" or "0" or "" } => false,
        _ => null,
    };
}
