namespace Reeve.Keeper.Protocol;

/// <summary>One request of the visor: the same struct is written there and read here.</summary>
/// <remarks>Only what belongs to <see cref="Kind"/> travels; the rest is default.</remarks>
readonly ref struct VisorRequest
{
    public required RequestKind Kind { get; init; }

    /// <summary>Child meant by Spawn, SpawnInMemory, Signal, Forget.</summary>
    public long Id { get; init; }

    /// <summary>Protocol version of Hello, signal of Signal and SignalSeen, exit code of Finish.</summary>
    public int Number { get; init; }

    /// <summary>Signal: the child's whole process group.</summary>
    public bool Group { get; init; }

    /// <summary>Spawn, SpawnInMemory: pipes to make.</summary>
    public PipeSet Pipes { get; init; }

    /// <summary>Label of Spawn and SpawnInMemory, name of Store and Unstore; UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>Spawn: what to start, in the spawner's flat form. SpawnInMemory: empty, it is in the descriptor sent
    /// along.</summary>
    public ReadOnlySpan<byte> Block { get; init; }

    /// <summary>Bytes that <see cref="Write"/> needs.</summary>
    public int MaxWritten => 32 + Text.Length + Block.Length;

    /// <summary>Descriptors that must come with it.</summary>
    public int Descriptors => Kind is RequestKind.SpawnInMemory or RequestKind.Store ? 1 : 0;

    public int Write(Span<byte> buffer)
    {
        var frame = new FrameWriter(buffer);
        frame.Byte((byte)Kind);
        switch (Kind)
        {
            case RequestKind.Spawn or RequestKind.SpawnInMemory:
                frame.Int64(Id);
                frame.Byte((byte)Pipes);
                frame.Text(Text);
                frame.Rest(Block);
                break;
            case RequestKind.Signal:
                frame.Int64(Id);
                frame.Int32(Number);
                frame.Byte(Group ? (byte)1 : (byte)0);
                break;
            case RequestKind.Forget:
                frame.Int64(Id);
                break;
            case RequestKind.Store or RequestKind.Unstore:
                frame.Text(Text);
                break;
            case RequestKind.Hello or RequestKind.Finish or RequestKind.SignalSeen:
                frame.Int32(Number);
                break;
        }
        return frame.Length;
    }

    /// <summary>Reads a frame; the result points into it.</summary>
    /// <returns>False when it is none, whatever the reason: its sender is not to be trusted any more.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int descriptors, out VisorRequest request)
    {
        var frame = new FrameReader(bytes);
        var kind = (RequestKind)frame.Byte();
        request = kind switch
        {
            RequestKind.Spawn or RequestKind.SpawnInMemory => new()
            {
                Kind = kind,
                Id = frame.Int64(),
                Pipes = (PipeSet)frame.Byte(),
                Text = frame.Text(),
                Block = frame.Rest(),
            },
            RequestKind.Signal => new()
            {
                Kind = kind,
                Id = frame.Int64(),
                Number = frame.Int32(),
                Group = frame.Byte() != 0,
            },
            RequestKind.Forget => new() { Kind = kind, Id = frame.Int64() },
            RequestKind.Store or RequestKind.Unstore => new() { Kind = kind, Text = frame.Text() },
            RequestKind.Hello or RequestKind.Finish or RequestKind.SignalSeen
                => new() { Kind = kind, Number = frame.Int32() },
            RequestKind.Ready => new() { Kind = kind },
            _ => new() { Kind = RequestKind.None },
        };
        return frame.IsWhole && request.Descriptors == descriptors && request.IsSensible();
    }

    bool IsSensible() => Kind switch
    {
        RequestKind.None => false,
        RequestKind.Spawn => Id != 0 && ArePipes(Pipes) && !Block.IsEmpty,
        RequestKind.SpawnInMemory => Id != 0 && ArePipes(Pipes) && Block.IsEmpty,
        RequestKind.Hello => Frame.Understands(Number),
        RequestKind.Store or RequestKind.Unstore => !Text.IsEmpty,
        _ => true,
    };

    /// <summary>stderr has one way to go, never two.</summary>
    public static bool ArePipes(PipeSet pipes) =>
        (pipes & ~(PipeSet.Input | PipeSet.Output | PipeSet.Error | PipeSet.ErrorToOutput)) == 0
        && (pipes & (PipeSet.Error | PipeSet.ErrorToOutput)) != (PipeSet.Error | PipeSet.ErrorToOutput);
}
