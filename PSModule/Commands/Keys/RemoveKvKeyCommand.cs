// Remove-KvKey: one delete-range request a selection, except for wildcards the server does not know,
// where the matching keys are removed one by one. Removing more than single keys asks first, as a
// cmdlet of high impact does.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Kv.PowerShell.Client;
using Kv.PowerShell.Client.Json;
using Kv.PowerShell.Errors;
using Kv.PowerShell.Model;
using Kv.PowerShell.Values;

namespace Kv.PowerShell.Commands;

/// <summary>Removes keys.</summary>
[Cmdlet(VerbsCommon.Remove, "KvKey", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = ByKey)]
[OutputType(typeof(KvKey))]
public sealed class RemoveKvKeyCommand : KeySelectionCommandBase
{
    private bool _yesToAll;
    private bool _noToAll;

    /// <summary>Do not ask before removing more than single keys.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Emit the rows that were removed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == ByKey && Key is null)
        {
            End(NothingNamed(), null);
        }

        foreach (var range in Ranges())
        {
            try
            {
                Remove(range);
            }
            catch (KvException failure)
            {
                Report(failure, range.IsSingle ? KvText.Decode(range.Start) : range.Description);
            }
        }
    }

    private void Remove(KeyRange range)
    {
        if (range.IsSingle)
        {
            RemoveSingle(range);
        }
        else if (range.Filter is null)
        {
            RemoveInterval(range);
        }
        else
        {
            RemoveMatching(range);
        }
    }

    private void RemoveSingle(KeyRange range)
    {
        if (ShouldProcess(range.Description, "Remove") && Delete(range.Start, null) == 0)
        {
            throw new KvNotFoundException(
                KvErrorId.KeyNotFound, $"The key '{KvText.Decode(range.Start)}' does not exist.");
        }
    }

    private void RemoveInterval(KeyRange range)
    {
        var counting = new RangeRequest { Key = range.Start, RangeEnd = range.End, CountOnly = true };
        var count = Send((client, call) => client.RangeAsync(counting, call)).Count;
        if (count > 0 && MayRemoveMany(range, count))
        {
            Delete(range.Start, range.End);
        }
    }

    private void RemoveMatching(KeyRange range)
    {
        var keys = MatchingKeys(range);
        if (keys.Count == 0 || !MayRemoveMany(range, keys.Count))
        {
            return;
        }

        foreach (var key in keys)
        {
            Delete(key, null);
        }
    }

    private List<byte[]> MatchingKeys(KeyRange range)
    {
        var request = new RangeRequest { Key = range.Start, RangeEnd = range.End, KeysOnly = true };
        var pager = new RangePager(Used.Client, request, 0);
        var keys = new List<byte[]>();
        while (Send((_, call) => pager.NextAsync(call)) is { } page)
        {
            keys.AddRange(page.Select(static row => row.Key).Where(range.Matches));
        }

        return keys;
    }

    /// <summary>ShouldProcess is of medium impact for the sake of single keys; this adds the question
    /// that high impact would have asked, if the user's settings call for it.</summary>
    private bool MayRemoveMany(KeyRange range, long count)
    {
        var target = FormattableString.Invariant($"{range.Description} ({count} keys)");
        if (!ShouldProcess(target, "Remove"))
        {
            return false;
        }

        var isAnswered = Force || MyInvocation.BoundParameters.ContainsKey("Confirm")
            || SessionState.PSVariable.GetValue("ConfirmPreference") is not ConfirmImpact.High;
        return isAnswered || ShouldContinue($"Remove {target}?", "Remove many keys", ref _yesToAll, ref _noToAll);
    }

    private long Delete(byte[] key, byte[]? end)
    {
        var request = new DeleteRangeRequest { Key = key, RangeEnd = end, PrevKv = PassThru };
        var response = Send((client, call) => client.DeleteRangeAsync(request, call));
        foreach (var row in response.PrevKvs)
        {
            WriteObject(new KvKey(row, ValueForm.Text));
        }

        return response.Deleted;
    }

    private static KvRequestException NothingNamed() =>
        new(ErrorCategory.InvalidArgument, "No key was named. To remove all keys, say Remove-KvKey * .")
        {
            EndsCommand = true,
        };
}
