namespace Reeve.Server.Access;

/// <summary>What a caller may do; each role may also do what those before it may.</summary>
public enum Role
{
    /// <summary>Look.</summary>
    Viewer,

    /// <summary>Start, stop, signal and talk to processes.</summary>
    Operator,

    /// <summary>Everything: configuration and the daemon itself.</summary>
    Admin,
}

/// <summary>Who asks, for the permission check and the audit log.</summary>
/// <param name="Who">
/// User name of the password, or <c>uid N</c> at a unix socket; null: nobody asked for a name.
/// </param>
/// <param name="From">Address, or <c>unix:PATH pid N</c>.</param>
/// <param name="Role">What they may do. Supervisor's passwords and sockets give everything.</param>
public sealed record Caller(string? Who, string From, Role Role);
