namespace Reeve.Visor.Logs;

/// <summary>Takes what <see cref="CaptureScanner"/> sorts.</summary>
internal interface ICaptureTarget
{
    /// <summary>Output outside of every section.</summary>
    void OnPlain(ReadOnlySpan<byte> data);

    /// <summary>A part of the section that is open.</summary>
    void OnSection(ReadOnlySpan<byte> data);

    /// <summary>The open section is complete.</summary>
    void OnSectionEnd();
}

/// <summary>Finds the sections between Supervisor's two tokens, however the output is cut into chunks.</summary>
internal sealed class CaptureScanner(ICaptureTarget target)
{
    // '<' stands only at the start of either token. So when a begun token turns out not to be one, no part of what was
    // seen can be the start of another, and how far the match got says all about the bytes that are held back.
    private int _matched;
    private bool _inside;

    private static ReadOnlySpan<byte> Begin => "<!--XSUPERVISOR:BEGIN-->"u8;

    private static ReadOnlySpan<byte> End => "<!--XSUPERVISOR:END-->"u8;

    /// <summary>Whether a section is open.</summary>
    public bool IsInside => _inside;

    private ReadOnlySpan<byte> Token => _inside ? End : Begin;

    /// <summary>Sorts a chunk. At most the first 23 bytes of a token are held back.</summary>
    public void Scan(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (_matched > 0)
            {
                var rest = Token[_matched..];
                var length = Math.Min(rest.Length, data.Length);
                if (!rest.StartsWith(data[..length]))
                {
                    Release();
                    continue;
                }
                data = data[length..];
                _matched += length;
                if (_matched == Token.Length)
                    Toggle();
                continue;
            }
            var at = data.IndexOf(Token);
            if (at >= 0)
            {
                Emit(data[..at]);
                data = data[(at + Token.Length)..];
                Toggle();
                continue;
            }
            _matched = PrefixAtEnd(data);
            Emit(data[..^_matched]);
            return;
        }
    }

    /// <summary>No more is coming for now: what was held back is no token.</summary>
    public void Release()
    {
        var held = Token[.._matched];
        _matched = 0;
        Emit(held);
    }

    private void Toggle()
    {
        _matched = 0;
        _inside = !_inside;
        if (!_inside)
            target.OnSectionEnd();
    }

    private void Emit(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return;
        if (_inside)
            target.OnSection(data);
        else
            target.OnPlain(data);
    }

    private int PrefixAtEnd(ReadOnlySpan<byte> data)
    {
        var tail = data[Math.Max(0, data.Length - Token.Length + 1)..];
        var at = tail.LastIndexOf((byte)'<');
        return at >= 0 && Token.StartsWith(tail[at..]) ? tail.Length - at : 0;
    }
}
