using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]
// The scenarios mostly wait for processes; a few at a time keep a small machine busy without starving any of them.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
