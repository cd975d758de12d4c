using Reeve.Core.Configuration.Ini;

namespace Reeve.Core.Configuration;

/// <summary>Reads a configuration file, and those that it includes, into one document.</summary>
sealed class DocumentLoader(IConfigurationSource source, ProblemLog problems)
{
    const int MostFiles = 10_000;
    const long MostBytes = 64L * 1024 * 1024;

    readonly List<string> _files = [];
    long _bytes;

    /// <summary>All files that were read, the main one first.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Reads the main file only.</summary>
    /// <returns>Null when it cannot be read.</returns>
    public IniDocument? LoadMain(string file)
    {
        _files.Add(file);
        if (ReadMain(file) is not { } bytes || !IniText.TryDecode(bytes, file, problems, out var text))
            return null;
        _bytes = bytes.Length;
        var document = new IniDocument();
        IniReader.Read(text, file, DirectoryOf(source.FullPath(file)), document, problems);
        return document;
    }

    /// <summary>Reads what [include] of the main file names; [include] of included files counts for nothing.</summary>
    public void LoadIncludes(IniDocument document, string mainFile)
    {
        if (document.Find("include") is not { } section)
            return;
        if (!section.TryGet("files", out var entry) && !document.Defaults.TryGet("files", out entry))
        {
            problems.Error(section.File, section.Line, section.Name,
                "cannot include anything: files is missing. Write files=conf.d/*.conf.",
                ".ini file has [include] section, but no files setting");
            return;
        }

        var names = new ExpansionNames().SetEnvironment(source.Environment).Set("host_node_name", source.HostName);
        if (!Expansion.TryExpand(entry.Value, "include.files", names, entry.Here, out var patterns, out var error))
        {
            problems.Error(entry.File, entry.Line, section.Name, $"{error.Text} Found in files.", error.SupervisorText);
            return;
        }

        var mainPath = source.FullPath(mainFile);
        foreach (var pattern in patterns.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var absolute = pattern.StartsWith('/') ? pattern : $"{entry.Here.TrimEnd('/')}/{pattern}";
            Include(absolute, entry, document, mainPath);
        }

        WarnOfNested(document, mainFile);
    }

    void Include(string pattern, IniEntry entry, IniDocument document, string mainPath)
    {
        var matches = source.Glob(pattern);
        if (matches.Count == 0)
        {
            problems.Warn(entry.File, entry.Line, "include",
                $"no file matches {Quoted.Short(pattern)}: nothing is included. Create one, or remove the pattern.",
                $"No file matches via include \"{pattern}\"");
        }

        foreach (var path in matches)
        {
            if (_files.Count >= MostFiles)
            {
                problems.Error(entry.File, entry.Line, "include",
                    $"cannot include {Quoted.Short(path)}: more than {MostFiles} files. Narrow the pattern.");
                return;
            }

            var told = $"Included extra file \"{path}\" during parsing";
            problems.Add(ProblemSeverity.Information, entry.File, entry.Line, "include", told, told);
            if (path != mainPath)
                ReadIncluded(path, document);
        }
    }

    void ReadIncluded(string path, IniDocument document)
    {
        _files.Add(path);
        byte[] bytes;
        try
        {
            bytes = source.ReadIncludedFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Supervisor says nothing of a file that it may not read; its programs are then missing.
            problems.Warn(path, 0, null, $"cannot read the included file: {Reason(e)}. It is left out.");
            return;
        }

        if ((_bytes += bytes.Length) > MostBytes)
        {
            problems.Error(path, 0, null,
                $"cannot read the included file: with it, more than {MostBytes / 1024 / 1024} MiB of "
                + "configuration. Narrow the pattern of [include].");
            return;
        }

        if (IniText.TryDecode(bytes, path, problems, out var text))
            IniReader.Read(text, path, DirectoryOf(source.FullPath(path)), document, problems);
    }

    byte[]? ReadMain(string file)
    {
        try
        {
            return source.ReadFile(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Error(file, 0, null, "cannot read the configuration: there is no such file. Name one with -c.",
                $"could not find config file {file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Error(file, 0, null, $"cannot read the configuration: {Reason(e)}. Name another with -c.",
                $"could not read config file {file}");
        }

        return null;
    }

    void WarnOfNested(IniDocument document, string mainFile)
    {
        if (document.Find("include") is { } section && section.TryGet("files", out var last) && last.File != mainFile)
        {
            problems.Warn(last.File, last.Line, "include",
                $"[include] has no effect in an included file. Move it to {mainFile}.");
        }
    }

    static string Reason(Exception e) => e.Message.TrimEnd('.');

    static string DirectoryOf(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";
}
