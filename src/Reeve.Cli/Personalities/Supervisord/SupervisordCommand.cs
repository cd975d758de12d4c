using Reeve.Core.Configuration;

namespace Reeve.Cli.Personalities.Supervisord;

/// <summary>What a command line of <c>supervisord</c> asks for, checked as far as it can be without the file.</summary>
/// <param name="ConfigurationFile">The file to read: the one of <c>-c</c> as given, or the first that the search found.</param>
/// <param name="Overrides">Keys of <c>[supervisord]</c> that win over the file, also at every reload.</param>
/// <param name="ProgramName">How the program was called, for <c>For help, use PROG -h</c> of later errors.</param>
public sealed record SupervisordCommand(
    string ConfigurationFile, ConfigurationOverrides Overrides, string ProgramName);
