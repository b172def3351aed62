// The recorder as the Raft loop sees it: every input and what it led to become a few bytes in a ring, from which
// another thread writes them. Nothing here waits, and nothing here is allocated for a step. When the writer cannot keep
// up, steps are left out and counted, and the recording goes on from the next state that has room.
using System.Buffers;
using System.Collections.Concurrent;
using Kv.Core.Raft;

namespace Kv.Node.Recording;

/// <summary>Records the inputs of one member.</summary>
internal sealed class Recorder : IDisposable
{
    private const int RingBytes = 1 << 20;

    /// <summary>Bytes a segment may grow past its size while no checkpoint can be made: as many times the size.</summary>
    private const int SegmentFactorMax = 4;

    /// <summary>A state with more entries in memory than this (a member that applies its log after a start, say) is
    /// too large for a checkpoint; the next one may do.</summary>
    private const ulong CheckpointEntriesMax = 1 << 18;

    /// <summary>Time between two looks at the wall clock, microseconds.</summary>
    private const long ClockLookMicroseconds = 100_000;

    /// <summary>How far the wall clock may be off before it is written down, microseconds.</summary>
    private const long ClockDriftMax = 50_000;

    /// <summary>Both clocks were read at one moment if it took no longer than this, microseconds.</summary>
    private const long MomentMicroseconds = 500;

    /// <summary>Looks at both clocks before the last one has to do: the thread may lose its processor in between.</summary>
    private const int LooksMax = 5;

    private readonly TimeProvider _clock;
    private readonly RecordRing _ring = new(RingBytes);
    private readonly ConcurrentQueue<RaftState> _states = new();
    private readonly ConcurrentQueue<Note> _notes = new();
    private readonly ArrayBufferWriter<byte> _record = new(4_096);
    private readonly RecordingFiles _files;
    private readonly long _start;
    private Note? _members;
    private ulong _step;
    private ulong _lost;
    private bool _isOpen;
    private long _segmentBytes;
    private long _now;
    private long _last;
    private long _clockLook;
    private long _wallStart;
    private long _wallStartAt;

    /// <param name="files">Where the recording goes.</param>
    /// <param name="identity">Whose it is.</param>
    /// <param name="clock">All its times.</param>
    /// <param name="logger">Told when nothing can be written, and when that is over.</param>
    public Recorder(RecordingFiles files, RecordingIdentity identity, TimeProvider clock, ILogger logger)
    {
        (_files, _clock) = (files, clock);
        _start = clock.GetTimestamp();
        Writer = new RecordingWriter(_ring, _states, files, identity, clock, logger);
    }

    /// <summary>Writes what was recorded, in turns.</summary>
    public RecordingWriter Writer { get; }

    /// <summary>Begins a turn of the loop. What is not a step is recorded here.</summary>
    /// <param name="state">The state before its first step.</param>
    public void BeginTurn(RaftState state)
    {
        if (!_isOpen || _segmentBytes >= _files.SegmentBytes || Writer.TakeWantsCheckpoint())
        {
            PutCheckpoint(state);
        }
        else if (_last - _clockLook >= ClockLookMicroseconds)
        {
            LookAtClock();
        }

        PutNotes();
    }

    /// <summary>Records a step.</summary>
    /// <param name="input">What came in.</param>
    /// <param name="state">The state behind it.</param>
    /// <param name="output">What it asked for, not handed on yet.</param>
    public void Stepped(Input input, RaftState state, StepOutput output)
    {
        _step++;
        if (_isOpen)
        {
            Start(RecordKind.Step);
            _record.Fixed32(Fingerprint.Of(state, output));
            RecordingCodec.WriteInput(input, _record);
            Put();
        }
        else
        {
            _lost++;
        }
    }

    /// <summary>Records a step that failed.</summary>
    public void Failed(Input input, Exception fault)
    {
        _step++;
        if (_isOpen)
        {
            Start(RecordKind.Failure);
            _record.Text(fault.Message);
            RecordingCodec.WriteInput(input, _record);
            Put();
            Writer.Signal.Set();
        }
    }

    /// <summary>Notes what the host does. From any thread.</summary>
    public void Note(NoteKind kind, string text = "", params ulong[] numbers) =>
        _notes.Enqueue(new Note(WallClock(), kind, numbers, text));

    /// <summary>Puts what was noted last. The loop has taken its last turn.</summary>
    public void Finish()
    {
        PutNotes();
        Writer.Signal.Set();
    }

    public void Dispose()
    {
        Writer.Dispose();
        _files.Dispose();
    }

    /// <summary>Begins a record that has a time.</summary>
    private void Start(RecordKind kind)
    {
        LookAtTime();
        _record.ResetWrittenCount();
        _record.Kind(kind);
        _record.Varint((ulong)(_now - _last));
    }

    private void Put()
    {
        if (!_ring.TryPut(_record.WrittenSpan))
        {
            (_isOpen, _lost) = (false, 1);
            Writer.Signal.Set();
            return;
        }

        _last = _now;
        _segmentBytes += _record.WrittenCount;
        if (_ring.Waiting > _ring.Capacity / 2)
        {
            Writer.Signal.Set();
        }
    }

    private void PutNotes()
    {
        while (_notes.TryPeek(out var note) && TryPut(note))
        {
            _notes.TryDequeue(out _);
            if (note.Kind == NoteKind.Members)
            {
                _members = note;
            }
        }
    }

    private bool TryPut(Note note)
    {
        _record.ResetWrittenCount();
        _record.Kind(RecordKind.Note);
        _record.Varint((ulong)note.Time);
        _record.Byte((byte)note.Kind);
        _record.Varint((ulong)note.Numbers.Length);
        foreach (var number in note.Numbers)
        {
            _record.Varint(number);
        }

        _record.Text(note.Text);
        return _ring.TryPut(_record.WrittenSpan);
    }

    /// <summary>Puts a state to begin from, if it is not too large and there is room for something behind it.</summary>
    private void PutCheckpoint(RaftState state)
    {
        var status = state.Status;
        if (status.LastIndex + 1 - status.FirstIndex > CheckpointEntriesMax || _ring.Waiting > _ring.Capacity / 2)
        {
            _isOpen &= _segmentBytes < SegmentFactorMax * _files.SegmentBytes;
            return;
        }

        if (!_isOpen && _lost > 0)
        {
            Start(RecordKind.Gap);
            _record.Varint(_lost);
            _ring.TryPut(_record.WrittenSpan);
        }

        _wallStart = LookAtClocks();
        (_wallStartAt, _clockLook, _last) = (_now, _now, _now);
        _states.Enqueue(state);
        _record.ResetWrittenCount();
        _record.Kind(RecordKind.Checkpoint);
        _record.Varint((ulong)_wallStart);
        _record.Varint(_step);
        _ring.TryPut(_record.WrittenSpan);
        (_isOpen, _lost, _segmentBytes) = (true, 0, 0);
        if (_members is not null)
        {
            TryPut(_members);
        }
    }

    private void LookAtClock()
    {
        var wall = LookAtClocks();
        _clockLook = _now;
        if (Math.Abs(wall - _wallStart - (_now - _wallStartAt)) > ClockDriftMax)
        {
            (_wallStart, _wallStartAt) = (wall, _now);
            Start(RecordKind.Clock);
            _record.Varint((ulong)(wall + _now - _wallStartAt));
            Put();
        }
    }

    /// <summary>Takes the time; returns the wall clock at that moment, microseconds since 1970.</summary>
    private long LookAtClocks()
    {
        for (var look = 1; ; look++)
        {
            var wall = WallClock();
            LookAtTime();
            if (look == LooksMax || WallClock() - wall is >= 0 and <= MomentMicroseconds)
            {
                return wall;
            }
        }
    }

    private void LookAtTime() => _now = _clock.GetElapsedTime(_start).Ticks / TimeSpan.TicksPerMicrosecond;

    private long WallClock() => (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
