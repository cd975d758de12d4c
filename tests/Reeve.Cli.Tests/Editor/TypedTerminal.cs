using System.Text;
using Reeve.Cli.Shell;

namespace Reeve.Cli.Tests.Editor;

/// <summary>A terminal at which everything was typed in advance, in pieces as small as a byte.</summary>
sealed class TypedTerminal(string typed, int width = 40, int atOnce = 1) : ITerminal
{
    readonly byte[] _bytes = Encoding.UTF8.GetBytes(typed);
    int _at;

    public int Width { get; set; } = width;

    /// <summary>How deep raw mode was entered and not left.</summary>
    public int Raw { get; private set; }

    /// <summary>Called before each read: the screen as a person sees it then.</summary>
    public Action? BeforeRead { get; set; }

    public IDisposable EnterRawMode()
    {
        Raw++;
        return new Leaving(this);
    }

    public int Read(Span<byte> buffer, CancellationToken cancel)
    {
        BeforeRead?.Invoke();
        var count = Math.Min(Math.Min(atOnce, buffer.Length), _bytes.Length - _at);
        _bytes.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    sealed class Leaving(TypedTerminal terminal) : IDisposable
    {
        public void Dispose() => terminal.Raw--;
    }
}
