namespace Reeve.Cli.Shell;

/// <summary>What a key, or a paste, means to the editor.</summary>
public enum KeyKind
{
    /// <summary>Text to insert: one character, or a whole paste.</summary>
    Text,

    /// <summary>The line is done.</summary>
    Enter,

    /// <summary>Complete the word.</summary>
    Tab,

    /// <summary>Ctrl-C.</summary>
    Interrupt,

    /// <summary>Ctrl-D: the end on an empty line, else as <see cref="Delete"/>.</summary>
    EndOrDelete,

    /// <summary>The terminal is gone.</summary>
    Gone,

    /// <summary>Removes the character before the cursor.</summary>
    Backspace,

    /// <summary>Removes the character under the cursor.</summary>
    Delete,

    /// <summary>One character left.</summary>
    Left,

    /// <summary>One character right.</summary>
    Right,

    /// <summary>One word left.</summary>
    WordLeft,

    /// <summary>One word right.</summary>
    WordRight,

    /// <summary>To the beginning.</summary>
    Home,

    /// <summary>To the end.</summary>
    End,

    /// <summary>The line before this one in the history.</summary>
    Previous,

    /// <summary>The line after this one in the history.</summary>
    Next,

    /// <summary>The oldest line of the history.</summary>
    Oldest,

    /// <summary>The line that is being typed.</summary>
    Newest,

    /// <summary>Search the history backwards.</summary>
    Search,

    /// <summary>Leave the search.</summary>
    Abort,

    /// <summary>Cut to the end.</summary>
    KillToEnd,

    /// <summary>Cut to the beginning.</summary>
    KillToStart,

    /// <summary>Cut back to a blank.</summary>
    KillBlankWord,

    /// <summary>Cut the word before the cursor.</summary>
    KillWordLeft,

    /// <summary>Cut the word after the cursor.</summary>
    KillWordRight,

    /// <summary>Insert what was cut last.</summary>
    Yank,

    /// <summary>Swap two characters.</summary>
    Transpose,

    /// <summary>Clear the screen, keep the line.</summary>
    ClearScreen,

    /// <summary>Nothing that is known.</summary>
    Unknown,
}

/// <summary>One key.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Text">For <see cref="KeyKind.Text"/>: what was typed or pasted.</param>
public readonly record struct Key(KeyKind Kind, string Text = "");
