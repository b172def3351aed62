// Where the log goes (--log-outputs): one stream that writes to all of them.
using Kv.Node.Options;

namespace Kv.Node.Diagnostics;

/// <summary>The outputs of the log, as one stream.</summary>
internal sealed class LogOutputs : Stream
{
    private readonly Stream[] _outputs;

    private LogOutputs(IEnumerable<Stream> outputs) => _outputs = [.. outputs];

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Opens the outputs; files are appended to.</summary>
    /// <exception cref="OptionsException">A file cannot be written to.</exception>
    public static Stream Open(IEnumerable<string> names) => new LogOutputs(names.Distinct(StringComparer.Ordinal).Select(OpenOne));

    // One output that fails, a full disk perhaps, must not keep the others from being written.
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        foreach (var output in _outputs)
        {
            try
            {
                output.Write(buffer);
                output.Flush();
            }
            catch (IOException)
            {
                // There is no other place to say so.
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Each write is flushed.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static Stream OpenOne(string name)
    {
        switch (name)
        {
            case "default" or "stderr" or "systemd/journal":
                return Console.OpenStandardError();
            case "stdout":
                return Console.OpenStandardOutput();
            default:
                try
                {
                    return new FileStream(name, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
                }
                catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
                {
                    throw new OptionsException($"--log-outputs {name}: {problem.Message.ReplaceLineEndings(" ")}");
                }
        }
    }
}
