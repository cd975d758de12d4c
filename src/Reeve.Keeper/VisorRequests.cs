using Microsoft.Win32.SafeHandles;
using Reeve.Keeper.Children;
using Reeve.Keeper.Protocol;

namespace Reeve.Keeper;

/// <summary>What came of reading one request.</summary>
enum Obedience
{
    /// <summary>It was done, or its failure noted as an answer.</summary>
    Obeyed,

    /// <summary>There is none now.</summary>
    NothingAsked,

    /// <summary>The visor talks nonsense or has hung up: it must be replaced.</summary>
    Refused,
}

/// <summary>Reads the visor's requests and has them done.</summary>
sealed class VisorRequests(ChildProcesses children, DescriptorStore store, VisorNews news, Action onReady)
{
    readonly byte[] _frame = new byte[Frame.MaxLength];
    readonly SafeFileHandle?[] _descriptors = new SafeFileHandle?[Frame.MaxDescriptors];
    bool _saidHello;

    /// <summary>Set: the daemon has ended.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Some visor of this keeper has been ready.</summary>
    public bool WasReady { get; private set; }

    /// <summary>The present visor is ready.</summary>
    public bool IsReady { get; private set; }

    /// <summary>A new visor has to introduce itself.</summary>
    public void BeginConnection() => _saidHello = IsReady = false;

    /// <summary>Ends the daemon, unless it has ended already.</summary>
    public void Finish(int exitCode) => ExitCode ??= exitCode;

    /// <summary>Reads one request and does it.</summary>
    public Obedience Obey(FrameSocket visor)
    {
        switch (visor.Receive(_frame, out var length, _descriptors, out var count))
        {
            case Receiving.Nothing:
                return Obedience.NothingAsked;
            case Receiving.Closed or Receiving.Broken:
                return Obedience.Refused;
        }
        try
        {
            return VisorRequest.TryRead(_frame.AsSpan(0, length), count, out var request) && TryDo(request)
                ? Obedience.Obeyed
                : Obedience.Refused;
        }
        finally
        {
            // Whoever takes a descriptor puts null in its place.
            foreach (ref var descriptor in _descriptors.AsSpan(0, count))
            {
                descriptor?.Dispose();
                descriptor = null;
            }
        }
    }

    /// <returns>False: the request makes no sense.</returns>
    bool TryDo(in VisorRequest request)
    {
        if (_saidHello == (request.Kind == RequestKind.Hello))
            return false; // First of all, and once.
        switch (request.Kind)
        {
            case RequestKind.Hello:
                _saidHello = true;
                return true;
            case RequestKind.Spawn:
                return children.TrySpawn(request, request.Block);
            case RequestKind.SpawnInMemory:
                return SpawnBlockMemory.TryRead(_descriptors[0]!, out var block) && children.TrySpawn(request, block);
            case RequestKind.Signal:
                children.Signal(request.Id, request.Number, request.Group);
                return true;
            case RequestKind.Forget:
                children.Forget(request.Id);
                return true;
            case RequestKind.Store:
                if (!store.Put(request.Text, _descriptors[0]!))
                    return false;
                _descriptors[0] = null;
                return true;
            case RequestKind.Unstore:
                store.Remove(request.Text);
                return true;
            case RequestKind.Ready:
                if (!WasReady)
                    onReady();
                WasReady = IsReady = true;
                return true;
            case RequestKind.SignalSeen:
                news.SignalSeen(request.Number);
                return true;
            case RequestKind.Finish:
                Finish(request.Number);
                return true;
            default:
                return false;
        }
    }
}
