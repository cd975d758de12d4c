using Reeve.Core.Configuration.Ini;

namespace Reeve.Core.Configuration.Sections;

/// <summary>[supervisorctl].</summary>
static class CtlSection
{
    public static SupervisorCtlOptions Read(ReadContext context, IniSection section)
    {
        var reader = new SectionReader(context, section);
        var names = new ExpansionNames().SetEnvironment(context.Source.Environment);
        var defaults = new SupervisorCtlOptions();
        var url = (reader.Text("serverurl", names) ?? defaults.ServerUrl).Trim();
        const string Unix = "unix://";
        if (url.StartsWith(Unix, StringComparison.OrdinalIgnoreCase))
            url = Unix + context.Machine.AbsolutePath(url[Unix.Length..].Trim());
        else if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            && !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            reader.Error("serverurl",
                $"cannot read serverurl {Quoted.Short(url)}: expected http://host:port or unix:///path. "
                    + $"Write serverurl={(url.StartsWith('/') ? Unix + url : defaults.ServerUrl)}.",
                $"value {Quoted.Python(url)} is not a URL");
        }

        var history = reader.Text("history_file", names);
        return new(
            url,
            reader.Text("username", names, here: false),
            reader.Text("password", names, here: false),
            reader.Text("prompt", names, here: false) ?? defaults.Prompt,
            string.IsNullOrEmpty(history) ? null : context.Machine.AbsolutePath(history));
    }
}
