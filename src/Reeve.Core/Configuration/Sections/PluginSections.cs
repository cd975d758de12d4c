namespace Reeve.Core.Configuration.Sections;

/// <summary>[rpcinterface:NS] and [ctlplugin:NAME]: a factory, and settings that are its own business.</summary>
sealed class PluginSections(ReadContext context)
{
    /// <summary>The factory of the interface that is built in.</summary>
    public const string MainInterface = "supervisor.rpcinterface:make_main_rpcinterface";

    public IReadOnlyList<PluginOptions> RpcInterfaces() =>
        All("rpcinterface:", "supervisor.rpcinterface_factory", reader =>
    {
        if (reader.Text("supervisor.rpcinterface_factory", context.Variables, here: false) is { } factory
            && factory != MainInterface)
        {
            reader.Warn("supervisor.rpcinterface_factory",
                $"{Quoted.Short(factory)} is not yet run: it is Python code. Reeve has only {MainInterface} built in. "
                    + "Its methods will be missing; remove the section if nobody calls them.");
        }
    });

    public IReadOnlyList<PluginOptions> CtlPlugins() =>
        All("ctlplugin:", "supervisor.ctl_factory", reader => reader.Warn("supervisor.ctl_factory",
            "plugins of supervisorctl are not yet run: they are Python code. Its commands will be missing."));

    List<PluginOptions> All(string prefix, string factoryKey, Action<SectionReader> check)
    {
        var plugins = new List<PluginOptions>();
        foreach (var section in context.Document.Sections)
        {
            if (!section.Name.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            var reader = new SectionReader(context, section);
            if (Factory(reader, factoryKey) is { } factory)
            {
                check(reader);
                plugins.Add(new(section.Name[prefix.Length..], factory, Settings(reader, factoryKey)));
            }
        }

        return plugins;
    }

    string? Factory(SectionReader reader, string key)
    {
        if (reader.Raw(key) is null)
        {
            reader.Error(key, $"cannot make this plugin: {key} is missing. Write {key}=module:function.",
                $"section [{reader.Section.Name}] does not specify a {key}");
            return null;
        }

        var factory = reader.Text(key, context.Variables, here: false);
        return factory is not null && IsSpecification(reader, key, factory) ? factory : null;
    }

    /// <summary>Whether a text has the form <c>module:function</c>; reports it when not.</summary>
    public static bool IsSpecification(SectionReader reader, string key, string text)
    {
        if (text.Split(':') is [{ Length: > 0 }, { Length: > 0 }] && !text.Any(char.IsWhiteSpace))
            return true;
        reader.Error(key, $"cannot read {key} {Quoted.Short(text)}: expected module:function. Write {key}="
            + (key == "supervisor.rpcinterface_factory" ? MainInterface : "module:function") + ".",
            $"{text} cannot be resolved within [{reader.Section.Name}]");
        return false;
    }

    Dictionary<string, string> Settings(SectionReader reader, string factoryKey)
    {
        var settings = new Dictionary<string, string>();
        foreach (var entry in context.Document.Defaults.Entries.Concat(reader.Section.Entries))
        {
            if (entry.Key != factoryKey && reader.Text(entry.Key, context.Variables, here: false) is { } text)
                settings[entry.Key] = text;
        }

        return settings;
    }
}
