using Reeve.Cli.Commands;
using Reeve.Client;
using Reeve.Core.Configuration;

namespace Reeve.Cli.Endpoints;

/// <summary>The endpoint that a supervisord.conf names in <c>[supervisorctl]</c>.</summary>
internal static class SupervisorCtlFile
{
    /// <summary>The first file of Supervisor's search that exists; null: none does.</summary>
    public static string? FindFile(CliHost host, IConfigurationSource source) =>
        ConfigurationSearch.Candidates(host.ProgramFile ?? "").FirstOrDefault(source.FileExists);

    /// <summary>The endpoint of the first file found; null: there is no file.</summary>
    /// <exception cref="CommandException">The file has no usable <c>[supervisorctl]</c>.</exception>
    public static ReeveEndpoint? Find(CliHost host)
    {
        var source = host.ConfigurationSource();
        return FindFile(host, source) is { } file ? Read(file, source) : null;
    }

    /// <exception cref="CommandException">The file has no usable <c>[supervisorctl]</c>.</exception>
    public static ReeveEndpoint Read(string file, IConfigurationSource source)
    {
        var result = ConfigurationReader.ReadSupervisorCtl(file, source);
        if (result.Options is not { } options)
        {
            var errors = string.Join('\n', result.Problems.Where(p => p.Severity == ProblemSeverity.Error));
            throw new CommandException(
                $"cannot find out from {file} where the daemon listens; name it with -e.\n{errors}");
        }
        try
        {
            var endpoint = ReeveEndpoint.Parse(options.ServerUrl);
            return options.UserName is null
                ? endpoint
                : endpoint with { UserName = options.UserName, Password = options.Password ?? "" };
        }
        catch (FormatException e)
        {
            throw new CommandException($"{file}: [supervisorctl] serverurl: {e.Message}");
        }
    }
}
