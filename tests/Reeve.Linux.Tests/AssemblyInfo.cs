// Signal actions, resource limits, children and descriptors belong to the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
