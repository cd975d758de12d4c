using System.Buffers;

namespace Reeve.Server.Operations.Answers;

/// <summary>How large answers are in XML-RPC, found by writing them to nowhere.</summary>
internal static class AnswerSize
{
    /// <summary>Bytes of an answer's value.</summary>
    public static long Of(Answer answer)
    {
        var counter = new Counter();
        answer.WriteXml(new(counter));
        return counter.Count;
    }

    private sealed class Counter : IBufferWriter<byte>
    {
        private byte[] _scrap = new byte[4096];

        public long Count { get; private set; }

        public void Advance(int count) => Count += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (sizeHint > _scrap.Length)
                _scrap = new byte[sizeHint];
            return _scrap;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
