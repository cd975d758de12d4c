using Reeve.Cli.Commands;

namespace Reeve.Cli.Completion;

/// <summary>
/// What <c>reeve completion SHELL</c> prints. The scripts know no commands: they ask <c>reeve __complete</c>.
/// </summary>
internal static class Scripts
{
    /// <remarks>
    /// bash breaks words at the characters of COMP_WORDBREAKS, of which ':' and '=' stand in names and options. So the
    /// line is split at blanks here, and what bash has in front of the last break is taken off the candidates again.
    /// </remarks>
    const string Bash = """
        # Completion of reeve for bash. Put it into /etc/bash_completion.d/reeve, or: source <(reeve completion bash)
        _reeve() {
            local line="${COMP_LINE:0:COMP_POINT}" current value rest head
            local -a words
            COMPREPLY=()
            read -ra words <<< "$line"
            [[ $line == *[[:space:]] ]] && words+=("")
            current="${words[${#words[@]}-1]}"
            current="${current#[\"\']}"
            words[${#words[@]}-1]="$current"
            while IFS=$'\t' read -r value rest; do
                if [[ $value == :files ]]; then
                    compopt -o filenames 2>/dev/null
                    [[ $current == --*=* ]] && current="${current#*=}"
                    while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "$current")
                    return
                fi
                COMPREPLY+=("$value")
            done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
            head="${current%"${current##*[:=]}"}"
            if [[ -n $head && $COMP_WORDBREAKS == *"${head: -1}"* ]]; then
                COMPREPLY=("${COMPREPLY[@]#"$head"}")
            fi
        }
        complete -F _reeve reeve

        """;

    const string Zsh = """
        #compdef reeve
        # Completion of reeve for zsh. Put it into a directory of $fpath as _reeve.
        _reeve() {
            local -a candidates
            local line value description
            while IFS= read -r line; do
                if [[ $line == :files ]]; then
                    [[ $PREFIX == --*=* ]] && compset -P '*='
                    _files
                    return
                fi
                value=${line%%$'\t'*}
                description=${line#*$'\t'}
                [[ $line == *$'\t'* ]] || description=
                candidates+=("${value//:/\\:}${description:+:$description}")
            # Without quotes and backslashes, which zsh puts back itself; an open quote is not in PREFIX.
            done < <("${words[1]}" __complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
            _describe -V 'reeve' candidates
        }
        if [[ $funcstack[1] == _reeve ]]; then
            _reeve "$@"
        else
            compdef _reeve reeve
        fi

        """;

    const string Fish = """
        # Completion of reeve for fish. Put it into ~/.config/fish/completions/reeve.fish
        function __reeve_complete
            set -l words (commandline -opc)
            # As typed, so an open quote stands before it; fish itself puts it back.
            set -l current (commandline -ct | string replace -r '^["\']' '')
            set -l candidates ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
            if test "$candidates[1]" = ":files"
                set -l option (string match -r -- '^--[^=]*=' "$current")
                __fish_complete_path (string replace -- "$option" '' "$current") | string replace -r -- '^' "$option"
            else
                printf '%s\n' $candidates
            end
        end
        complete -c reeve -f -a '(__reeve_complete)'

        """;

    public static int Print(Invocation run)
    {
        run.Out.Write(run.Names[0] switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            var other => throw new UsageException($"completion is written for bash, zsh and fish, not for '{other}'."),
        });
        return ExitCode.Done;
    }
}
