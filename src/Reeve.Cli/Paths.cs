namespace Reeve.Cli;

/// <summary>What can be said of a path without opening it.</summary>
internal static class Paths
{
    /// <summary>
    /// Whether nothing is there. <see cref="File.Exists"/> says the same of what lies in a directory that may not be
    /// entered.
    /// </summary>
    public static bool IsAbsent(string path)
    {
        try
        {
            File.GetAttributes(path);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
