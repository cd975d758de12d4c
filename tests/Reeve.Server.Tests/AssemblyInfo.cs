// A spawned child copies every descriptor that is open at that moment: daemons side by side would hold each other's
// sockets.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
