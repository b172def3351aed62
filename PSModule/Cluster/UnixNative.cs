// The two calls into the C library that the class library of this target lacks.

using System.Runtime.InteropServices;

namespace Kv.PowerShell.Cluster;

internal static class UnixNative
{
    public const int Terminate = 15;
    public const int KillNow = 9;

    /// <summary>Read, write and execute for the owner, read and execute for others.</summary>
    public const uint ExecutableMode = 0x1ED;

    /// <summary>Read and write for the owner, nothing for others.</summary>
    public const uint PrivateMode = 0x180;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static extern int Signal(int pid, int signal);

    [DllImport("libc", EntryPoint = "chmod", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    public static extern int ChangeMode([MarshalAs(UnmanagedType.LPStr)] string path, uint mode);
}
