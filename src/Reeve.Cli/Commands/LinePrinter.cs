using System.Buffers;
using System.Text;
using Reeve.Cli.Output;
using Reeve.Cli.Shell;

namespace Reeve.Cli.Commands;

/// <summary>Puts the pieces of one log out: as they are, with a label before each line, or as JSON lines.</summary>
internal sealed class LinePrinter
{
    // A program that never ends its line is shown in parts of this size.
    const int MaxLine = 64 * 1024;

    readonly Invocation _run;
    readonly LogSource _source;
    readonly string? _label;
    readonly ArrayBufferWriter<byte> _partial = new();

    /// <param name="run">Where to.</param>
    /// <param name="source">Whose lines.</param>
    /// <param name="number">Decides the colour of the label.</param>
    /// <param name="labelWidth">Width of the widest label; 0: no labels.</param>
    public LinePrinter(Invocation run, LogSource source, int number, int labelWidth)
    {
        (_run, _source) = (run, source);
        // JSON names the log in each line itself.
        if (labelWidth > 0 && !run.Json)
            _label = run.Style.Label(number, TextWidth.Pad(Style.Clean(source.Label), labelWidth) + " | ");
    }

    /// <summary>Whether nothing but bytes passes: one log, no labels, no JSON.</summary>
    bool IsPlain => _label is null && !_run.Json;

    public void Write(ReadOnlySpan<byte> text)
    {
        if (IsPlain)
        {
            _run.Out.Write(text);
            return;
        }
        while (text.Length > 0)
        {
            var end = text.IndexOf((byte)'\n');
            var piece = end < 0 ? text : text[..end];
            if (end >= 0 && _partial.WrittenCount == 0)
            {
                WriteLine(piece);
            }
            else
            {
                _partial.Write(piece);
                if (end >= 0 || _partial.WrittenCount >= MaxLine)
                    End();
            }
            text = end < 0 ? default : text[(end + 1)..];
        }
    }

    /// <summary>Puts out what has no line's end yet.</summary>
    public void End()
    {
        if (_partial.WrittenCount == 0)
            return;
        WriteLine(_partial.WrittenSpan);
        _partial.ResetWrittenCount();
    }

    void WriteLine(ReadOnlySpan<byte> line)
    {
        var ended = new byte[line.Length + 1];
        if (_run.Json)
        {
            var json = PlainJson.Of(
                new TailLine(_source.Name, _source.Stream, Encoding.UTF8.GetString(line.TrimEnd((byte)'\r'))),
                CliJson.Default.TailLine);
            ended = new byte[json.Length + 1];
            json.CopyTo(ended);
        }
        else
        {
            line.CopyTo(ended);
        }
        ended[^1] = (byte)'\n';
        _run.Out.WriteTogether(_label, ended);
    }
}
