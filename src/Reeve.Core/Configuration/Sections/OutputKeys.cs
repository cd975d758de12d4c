using Reeve.Core.Configuration.Values;
using Reeve.Core.Processes;

namespace Reeve.Core.Configuration.Sections;

/// <summary>The keys <c>stdout_*</c> or <c>stderr_*</c> of a program.</summary>
/// <param name="context">What all sections share.</param>
/// <param name="reader">The program's section.</param>
/// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
sealed class OutputKeys(ReadContext context, SectionReader reader, string stream)
{
    readonly string _file = $"{stream}_logfile", _maxBytes = $"{stream}_logfile_maxbytes",
        _backups = $"{stream}_logfile_backups",
        _syslog = $"{stream}_syslog";

    /// <summary>Reads what is the same for all processes of a program.</summary>
    public OutputOptions ReadOnce(ExpansionNames names) => new()
    {
        CaptureMaxBytes = reader.Size($"{stream}_capture_maxbytes", 0, names),
        EventsEnabled = reader.Value($"{stream}_events_enabled", false, NumberValues.Boolean, names),
    };

    /// <summary>Reads what each process may have its own of.</summary>
    /// <param name="once">What <see cref="ReadOnce"/> gave.</param>
    /// <param name="names">The names of this process.</param>
    /// <param name="redirected">The stream goes into the other one's pipe and has no file of its own.</param>
    public OutputOptions ReadEach(OutputOptions once, ExpansionNames names, bool redirected)
    {
        var output = once with
        {
            MaxBytes = reader.Size(_maxBytes, once.MaxBytes, names),
            Backups = reader.AtLeast(0, _backups, once.Backups, NumberValues.Number, names),
            Syslog = reader.Value(_syslog, false, NumberValues.Boolean, names),
        };
        output = WithTarget(output, names);
        if (!redirected)
            return output;
        if (output.Target == OutputTarget.File)
        {
            reader.Warn(_file,
                $"{_file} is ignored, as redirect_stderr=true joins this stream to the other. Remove one of them.",
                $"For [{reader.Section.Name}], redirect_stderr=true but {_file} has also been set to a filename, "
                    + "the filename has been ignored");
        }

        return output with { Target = OutputTarget.None, Path = null };
    }

    OutputOptions WithTarget(OutputOptions output, ExpansionNames names)
    {
        if (reader.Raw(_file) is { } entry)
        {
            if (reader.Text(_file, names) is not { } text)
                return output;
            text = SecondExpansion.Of(text, names, entry);
            switch (text.ToLowerInvariant())
            {
                case "" or "none" or "off":
                    return output with { Target = OutputTarget.None };
                case "syslog":
                    reader.Warn(_file, $"{_file}=syslog is an old spelling. Write {_syslog}=true and {_file}=NONE.",
                        $"For [{reader.Section.Name}], {_file}=syslog but this is deprecated and will be removed.  Use "
                            + $"{_syslog}=true to enable syslog instead.");
                    return output with { Target = OutputTarget.None, Syslog = true };
                case "auto":
                    break;
                default:
                    var path = reader.Parse(_file, text, text, context.Machine.FilePathFrom(context.WorkingDirectory));
                    return output with { Target = OutputTarget.File, Path = path };
            }
        }

        if (output.MaxBytes == 0)
        {
            reader.Warn(_maxBytes,
                $"the AUTO log of {stream} grows without limit. Set {_maxBytes} above 0, or name a {_file}.",
                $"For [{reader.Section.Name}], AUTO logging used for {_file} without rollover, set maxbytes > 0 to "
                    + "avoid filling up filesystem unintentionally");
        }

        return output;
    }
}
