// .NET takes no notice of Thread.Priority on Linux; the kernel has a niceness for each thread.
using System.Runtime.InteropServices;

namespace Kv.Node.Threads;

/// <summary>Lets a thread stand back.</summary>
internal static partial class ThreadNiceness
{
    /// <summary>Of the target "process", which for Linux is any thread.</summary>
    private const int WhichProcess = 0;

    /// <summary>0 is normal, 19 the most; a thread of 10 gets about a tenth of what a normal one gets beside it.</summary>
    private const int Low = 10;

    /// <summary>The calling thread gives way to others from now on. Where that cannot be had, it does not.</summary>
    public static void Lower()
    {
        if (OperatingSystem.IsLinux())
        {
            // Our own thread: id 0.
            _ = SetPriority(WhichProcess, 0, Low);
        }
        else
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
