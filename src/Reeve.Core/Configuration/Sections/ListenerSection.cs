using Reeve.Core.Configuration.Ini;
using Reeve.Core.Configuration.Values;
using Reeve.Core.Processes;
using Reeve.Core.Selection;

namespace Reeve.Core.Configuration.Sections;

/// <summary>The keys that [eventlistener:x] has besides those of a program. Checked in full, not yet run.</summary>
sealed class ListenerSection(ReadContext context, IniSection section)
{
    const string DefaultHandler = "supervisor.dispatchers:default_handler";

    readonly SectionReader _reader = new(context, section);

    /// <summary>Reads the pool.</summary>
    public GroupOptions Read(string name, IReadOnlyDictionary<string, string> daemonVariables)
    {
        var names = context.Variables;
        var program = new ProgramSection(context, section, name, daemonVariables);
        _reader.Warn("events", "event listeners are not yet run: this one is checked, and then left alone.");
        RefuseRedirection(program);
        var handler = _reader.Text("result_handler", names) ?? DefaultHandler;
        PluginSections.IsSpecification(_reader, "result_handler", handler);
        var bufferSize = _reader.Value("buffer_size", 10, NumberValues.Number, names);
        if (bufferSize < 1)
        {
            _reader.Error("buffer_size",
                $"cannot buffer {bufferSize} events: expected at least 1. Write buffer_size=10.",
                $"[{section.Name}] section sets invalid buffer_size ({bufferSize})");
        }

        return new()
        {
            Name = name,
            Kind = GroupKind.EventListener,
            // Early to start and late to stop, so that it sees what the others do.
            Priority = _reader.Value("priority", -1, NumberValues.Number, names),
            Processes = program.Read(),
            KindSettings = new Dictionary<string, string>
            {
                ["events"] = Events(names),
                ["buffer_size"] = bufferSize.ToString(),
                ["result_handler"] = handler,
            },
        };
    }

    void RefuseRedirection(ProgramSection program)
    {
        if (program.RedirectsStandardError)
        {
            _reader.Error("redirect_stderr", "cannot send stderr into stdout, where a listener answers events. "
                + "Write redirect_stderr=false.",
                $"[{section.Name}] section sets redirect_stderr=true but this is not allowed "
                    + "because it will interfere with the eventlistener protocol");
        }
    }

    string Events(ExpansionNames names)
    {
        var text = _reader.Text("events", names);
        if (string.IsNullOrWhiteSpace(text))
        {
            if (text is not null || _reader.Raw("events") is null)
            {
                _reader.Error("events", "cannot subscribe to nothing: events is missing. Write events=PROCESS_STATE.",
                    $"[{section.Name}] section requires an \"events\" line");
            }

            return "";
        }

        var events = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var item in text.Split(','))
        {
            var type = item.Trim().ToUpperInvariant();
            if (EventTypes.All.Contains(type))
            {
                events.Add(type);
                continue;
            }

            var nearest = NearestName.Find(type, EventTypes.All) ?? "PROCESS_STATE";
            _reader.Error("events",
                $"cannot subscribe to {Quoted.Short(type)}: there is no such event. Write events={nearest}.",
                $"Unknown event type {type} in [{section.Name}] events");
        }

        return string.Join(',', events);
    }
}
