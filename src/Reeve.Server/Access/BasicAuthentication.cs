using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Reeve.Core.Configuration;

namespace Reeve.Server.Access;

/// <summary>
/// Checks <c>Authorization: Basic</c> against one user name and password. Takes as long for wrong as for right ones.
/// </summary>
public sealed class BasicAuthentication
{
    private const string ShaPrefix = "{SHA}";

    private readonly byte[] _userName;
    private readonly byte[] _password;
    private readonly bool _isSha;

    /// <summary>Takes what is configured.</summary>
    public BasicAuthentication(ServerCredentials credentials)
    {
        UserName = credentials.UserName;
        _userName = SHA256.HashData(Encoding.UTF8.GetBytes(credentials.UserName));
        _isSha = credentials.Password.StartsWith(ShaPrefix, StringComparison.Ordinal);
        var password = _isSha ? credentials.Password[ShaPrefix.Length..].ToLowerInvariant() : credentials.Password;
        _password = SHA256.HashData(Encoding.UTF8.GetBytes(password));
    }

    /// <summary>The one user there is.</summary>
    public string UserName { get; }

    /// <summary>Whether a header's value carries the right name and password.</summary>
    public bool Accepts(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return false;
        var encoded = Encoding.UTF8.GetBytes(authorization["Basic ".Length..].Trim());
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        if (Base64.DecodeFromUtf8(encoded, decoded, out _, out var length) != System.Buffers.OperationStatus.Done)
            return false;
        var pair = decoded.AsSpan(0, length);
        var colon = pair.IndexOf((byte)':');
        if (colon < 0)
            return false;
        // Hashes are of one length, so the comparison tells nothing of the length of the secret. Both are always
        // compared.
        var nameIsRight = CryptographicOperations.FixedTimeEquals(SHA256.HashData(pair[..colon]), _userName);
        var passwordIsRight = CryptographicOperations.FixedTimeEquals(HashOf(pair[(colon + 1)..]), _password);
        return nameIsRight & passwordIsRight;
    }

    private byte[] HashOf(ReadOnlySpan<byte> password)
    {
        if (!_isSha)
            return SHA256.HashData(password);
#pragma warning disable CA5350 // {SHA} in a supervisord.conf is SHA-1; other hashes cannot be written there.
        var sha = SHA1.HashData(password);
#pragma warning restore CA5350
        return SHA256.HashData(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(sha)));
    }
}
