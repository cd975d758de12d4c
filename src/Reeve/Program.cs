using Reeve;
using Reeve.Keeper;
using Reeve.Launching;

// Which role am I? Keeper and visor are told by their first argument; the rest is a command line for people, by the name
// that this program was called by.
var name = Path.GetFileName(Environment.GetCommandLineArgs()[0]);
return args switch
{
    [LaunchPlan.KeeperWord, .. var rest] => KeeperRole.Run(new()
    {
        VisorFile = Launcher.ProgramFile,
        VisorArguments = [Environment.GetCommandLineArgs()[0], LaunchPlan.VisorWord, .. rest],
        ReadyDescriptor = LaunchPlan.Parse(rest).ReadyDescriptor,
    }),
    [LaunchPlan.VisorWord, .. var rest] => VisorRole.Run(LaunchPlan.Parse(rest)),
    _ => Personality.Run(name, args),
};
