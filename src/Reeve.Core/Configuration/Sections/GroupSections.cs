using Reeve.Core.Configuration.Ini;
using Reeve.Core.Configuration.Values;
using Reeve.Core.Processes;
using Reeve.Core.Selection;

namespace Reeve.Core.Configuration.Sections;

/// <summary>Makes groups of [group:x] and of all programs that are in none.</summary>
sealed class GroupSections(ReadContext context, IReadOnlyDictionary<string, string> daemonVariables)
{
    readonly HashSet<IniSection> _grouped = [];

    /// <summary>All groups, by priority and then by name.</summary>
    public IReadOnlyList<GroupOptions> Read()
    {
        var groups = new List<(GroupOptions Options, IniSection Section)>();
        Add("group:", Group);
        Add("program:", (section, name) => _grouped.Contains(section) ? null : OwnGroup(section, name));
        Add("fcgi-program:", (section, name) => _grouped.Contains(section) ? null
            : new FastCgiSection(context, section).Read(name, OwnPriority(section), daemonVariables));
        Add("eventlistener:", (section, name) => new ListenerSection(context, section).Read(name, daemonVariables));
        return Unique(groups.OrderBy(group => group.Options.Priority)
            .ThenBy(group => group.Options.Name, StringComparer.Ordinal));

        void Add(string prefix, Func<IniSection, string, GroupOptions?> read)
        {
            foreach (var section in context.Document.Sections)
            {
                if (section.Name.StartsWith(prefix, StringComparison.Ordinal) && TryName(section, out var name)
                    && read(section, name) is { } options)
                    groups.Add((options, section));
            }
        }
    }

    bool TryName(IniSection section, out string name)
    {
        var text = section.Name[(section.Name.IndexOf(':') + 1)..];
        if (ProcessValues.Name(text, out name, out var error))
            return true;
        var kind = section.Name[..section.Name.IndexOf(':')];
        context.Problems.Error(section.File, section.Line, section.Name,
            $"cannot use the name {Quoted.Short(text)}: expected {error.Expected}. Write [{kind}:{error.Example}].",
            error.SupervisorText);
        return false;
    }

    GroupOptions Group(IniSection section, string name)
    {
        var reader = new SectionReader(context, section);
        var processes = new List<ProcessOptions>();
        foreach (var program in (reader.Text("programs", context.Variables) ?? "").Split(','))
            processes.AddRange(Member(reader, program.Trim(), name));
        return new()
        {
            Name = name,
            Priority = reader.Value("priority", 999, NumberValues.Number, context.Variables),
            Processes = Ordered(processes, section),
        };
    }

    IReadOnlyList<ProcessOptions> Member(SectionReader group, string program, string groupName)
    {
        if (program.Length == 0)
            return [];
        var (ordinary, fastCgi) =
            (context.Document.Find("program:" + program), context.Document.Find("fcgi-program:" + program));
        if (ordinary is not null && fastCgi is not null)
        {
            group.Error("programs",
                $"cannot tell which {Quoted.Short(program)} is meant: there are [program:{program}] and "
                + $"[fcgi-program:{program}]. Rename one of them.",
                $"[{group.Section.Name}] name {program} is ambiguous (exists as program and fcgi-program)");
        }
        else if (fastCgi is not null)
        {
            _grouped.Add(fastCgi);
            new FastCgiSection(context, fastCgi).Read(groupName, OwnPriority(fastCgi), daemonVariables);
            group.Warn("programs",
                $"{program} is a FastCGI program, which is not yet run: the group is made without it.");
        }
        else if (ordinary is not null)
        {
            _grouped.Add(ordinary);
            return new ProgramSection(context, ordinary, groupName, daemonVariables).Read();
        }
        else
        {
            var programs = context.Document.Sections.Select(section => section.Name)
                .Where(name => name.StartsWith("program:", StringComparison.Ordinal))
                .Select(name => name["program:".Length..]);
            var mend = NearestName.Find(program, programs) is { } nearest ? $"Write {nearest}, or add" : "Add";
            group.Error("programs",
                $"cannot put {Quoted.Short(program)} into the group: there is no such program. "
                    + $"{mend} [program:{program}].",
                $"[{group.Section.Name}] names unknown program or fcgi-program {program}");
        }

        return [];
    }

    GroupOptions OwnGroup(IniSection section, string name)
    {
        var priority = OwnPriority(section);
        var processes = new ProgramSection(context, section, name, daemonVariables).Read();
        return new() { Name = name, Priority = priority, Processes = Ordered(processes, section) };
    }

    // The group's priority is read before the program's own keys, with fewer names and without the place in the text.
    int OwnPriority(IniSection section) =>
        new SectionReader(context, section).Value("priority", 999, NumberValues.Number, context.Variables);

    List<ProcessOptions> Ordered(IReadOnlyList<ProcessOptions> processes, IniSection section)
    {
        var byName = new Dictionary<string, ProcessOptions>();
        foreach (var process in processes)
        {
            if (byName.ContainsKey(process.Name))
            {
                context.Problems.Warn(section.File, section.Line, section.Name,
                    $"two processes are called {process.Name}: only the last one is run. "
                        + "Give them different names by process_name.");
            }

            byName[process.Name] = process;
        }

        return
        [
            .. byName.Values.OrderBy(process => process.Priority)
                .ThenBy(process => process.Name, StringComparer.Ordinal),
        ];
    }

    List<GroupOptions> Unique(IEnumerable<(GroupOptions Options, IniSection Section)> sorted)
    {
        var unique = new List<GroupOptions>();
        var names = new HashSet<string>();
        foreach (var (options, section) in sorted)
        {
            if (names.Add(options.Name))
            {
                unique.Add(options);
                continue;
            }

            context.Problems.Warn(section.File, section.Line, section.Name,
                $"another group is called {options.Name} and comes first: this one is not run. Rename one of them.");
        }

        return unique;
    }
}
