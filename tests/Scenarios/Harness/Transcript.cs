using System.Text;

namespace Scenarios.Harness;

/// <summary>What one side did and said, step by step, with places, pids and times taken out.</summary>
sealed class Transcript(Scratch scratch)
{
    readonly List<(string Step, string Text)> _steps = [];
    readonly Dictionary<string, int> _seen = [];

    public IReadOnlyList<(string Step, string Text)> Steps => _steps;

    /// <summary>Adds a step; its name is made unique by counting.</summary>
    public void Add(string step, string text)
    {
        var count = _seen[step] = _seen.GetValueOrDefault(step) + 1;
        _steps.Add((count == 1 ? step : $"{step} ({count})", Normal.Text(text, scratch)));
    }

    /// <summary>Records both sides at the same time and compares; only Reeve may differ at all.</summary>
    public static async Task Compare(Func<Side, Task<Transcript>> record, IEnumerable<Difference> allowed)
    {
        var (supervisor, subject) = (Side.Supervisor, Side.Subject);
        var both = await Task.WhenAll(record(supervisor), record(subject));
        AssertSame(both[0], both[1], subject.IsReeve ? allowed : []);
    }

    /// <summary>
    /// Fails unless both transcripts are equal up to <paramref name="allowed"/>, naming every step that differs. An
    /// allowed difference that did not occur fails too: the table may not hold what is no longer true.
    /// </summary>
    public static void AssertSame(Transcript supervisor, Transcript subject, IEnumerable<Difference> allowed)
    {
        var report = new StringBuilder();
        var expected = supervisor._steps.Select(step => step.Step).ToArray();
        var found = subject._steps.Select(step => step.Step).ToArray();
        if (!expected.SequenceEqual(found))
        {
            report.AppendLine($"steps missing: {string.Join(", ", expected.Except(found))}");
            report.AppendLine($"steps too many: {string.Join(", ", found.Except(expected))}");
        }

        var differences = allowed.ToArray();
        var occurred = new HashSet<Difference>();
        var ours = subject._steps.ToDictionary(step => step.Step, step => step.Text);
        foreach (var (step, text) in supervisor._steps.Where(step => ours.ContainsKey(step.Step)))
        {
            var wanted = text;
            foreach (var difference in differences.Where(difference => difference.Covers(step) && wanted.Contains(difference.Theirs)))
            {
                var mended = wanted.Replace(difference.Theirs, difference.Ours);
                if (ours[step] == wanted)
                    continue;
                occurred.Add(difference);
                wanted = mended;
            }

            if (ours[step] != wanted)
                report.AppendLine($"### {step}\n<<< Supervisor\n{wanted}\n>>> Reeve\n{ours[step]}\n");
        }

        foreach (var stale in differences.Except(occurred))
            report.AppendLine($"allowed difference that no longer occurs, remove it: {stale}");
        Assert.True(report.Length == 0, report.ToString());
    }
}

/// <summary>A difference from Supervisor that is wanted.</summary>
/// <param name="Step">The step where it shows; a trailing <c>*</c> stands for any rest.</param>
/// <param name="Theirs">What Supervisor says there.</param>
/// <param name="Ours">What stands in its place.</param>
/// <param name="Reason">Why ours is better.</param>
sealed record Difference(string Step, string Theirs, string Ours, string Reason)
{
    public bool Covers(string step) => Step.EndsWith('*') ? step.StartsWith(Step[..^1], StringComparison.Ordinal) : step == Step;
}
