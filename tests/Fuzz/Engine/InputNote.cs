// The input at hand, where another process can read it when this one is gone.
using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace Fuzz;

/// <summary>A file with one input in it.</summary>
internal sealed class InputNote : IDisposable
{
    private const int Bytes = 4 << 20;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public InputNote(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Bytes);
        _view = _file.CreateViewAccessor();
    }

    public void Write(byte[] input)
    {
        var length = Math.Min(input.Length, Bytes - sizeof(int));
        _view.Write(0, length);
        _view.WriteArray(sizeof(int), input, 0, length);
    }

    /// <summary>The input that was written last.</summary>
    public static byte[] Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes.AsSpan(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(bytes)).ToArray();
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
