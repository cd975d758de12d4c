namespace Reeve.Client.XmlRpc;

/// <summary>One value of XML-RPC. Text, numbers and truth values convert by themselves.</summary>
public abstract record XmlRpcValue
{
    private XmlRpcValue()
    {
    }

#pragma warning disable CA1720 // The name is XML-RPC's own.
    /// <summary><c>int</c>, <c>i4</c>, and <c>i8</c> beyond 32 bits.</summary>
    public sealed record Int(long Value) : XmlRpcValue;
#pragma warning restore CA1720

    /// <summary><c>boolean</c>.</summary>
    public sealed record Bool(bool Value) : XmlRpcValue;

    /// <summary><c>string</c>, or a value without a type.</summary>
    public sealed record Text(string Value) : XmlRpcValue;

    /// <summary><c>double</c>; always finite.</summary>
    public sealed record Number(double Value) : XmlRpcValue;

    /// <summary><c>dateTime.iso8601</c>, which has no offset: <see cref="DateTimeKind.Unspecified"/>.</summary>
    public sealed record Time(DateTime Value) : XmlRpcValue;

    /// <summary><c>base64</c>, decoded.</summary>
    public sealed record Bytes(ReadOnlyMemory<byte> Value) : XmlRpcValue;

    /// <summary><c>array</c>.</summary>
    public sealed record Array(IReadOnlyList<XmlRpcValue> Items) : XmlRpcValue;

    /// <summary><c>struct</c>, members in their order on the wire.</summary>
    public sealed record Struct(IReadOnlyList<KeyValuePair<string, XmlRpcValue>> Members) : XmlRpcValue
    {
        /// <summary>A member by name, the last where a name stands twice; null: none such.</summary>
        public XmlRpcValue? this[string name]
        {
            get
            {
                for (var i = Members.Count - 1; i >= 0; i--)
                {
                    if (Members[i].Key == name)
                        return Members[i].Value;
                }
                return null;
            }
        }
    }

    /// <summary><c>nil</c>.</summary>
    public sealed record Nil : XmlRpcValue;

    /// <summary>Name of the type on the wire, for messages.</summary>
    public string TypeName => this switch
    {
        Int => "int",
        Bool => "boolean",
        Text => "string",
        Number => "double",
        Time => "dateTime.iso8601",
        Bytes => "base64",
        Array => "array",
        Struct => "struct",
        _ => "nil",
    };

    /// <summary>Wraps a number.</summary>
    public static implicit operator XmlRpcValue(long value) => new Int(value);

    /// <summary>Wraps a truth value.</summary>
    public static implicit operator XmlRpcValue(bool value) => new Bool(value);

    /// <summary>Wraps a text.</summary>
    public static implicit operator XmlRpcValue(string value) => new Text(value);
}
