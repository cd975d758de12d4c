namespace Reeve.Core.Configuration.Values;

/// <summary>Why a text is no value of its kind.</summary>
/// <param name="Expected">What the key takes: <c>whole seconds</c>.</param>
/// <param name="Example">A value that would do: the nearest to what was written, or the usual one.</param>
/// <param name="SupervisorText">Supervisor's text for it; null where it has none.</param>
readonly record struct ValueError(string Expected, string Example, string? SupervisorText);

/// <summary>Reads an expanded text as a value.</summary>
/// <returns>False when it is none; <paramref name="error"/> says why.</returns>
delegate bool ValueParser<T>(string text, out T value, out ValueError error);
