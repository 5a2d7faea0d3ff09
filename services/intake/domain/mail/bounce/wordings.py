"""What mail servers say, and what they mean by it."""

# In order: what stands higher is more telling than what stands lower. Alternatives are plain phrases in lower case;
# ".{0,n}" is the only repetition, so that a search is linear in the text.
WORDINGS: tuple[tuple[str, str], ...] = (
    (
        "authfailure",
        r"does not have authentication information|fails to pass authentication|neither spf nor dkim|"
        r"\bdmarc\b|\bspf\b.{0,60}(fail|pass|check|not|valid|record|lack|polic|error|deny|denied|align|softfail)|"
        r"(fail|pass|not pass|violat|unauthenticated|lack|require).{0,40}\b(spf|dkim)\b|"
        r"\bdkim\b.{0,40}(fail|signature|invalid|missing|not)|sender policy framework|unauthenticated (e-?mail|mail)|sender is unauthenticated|required authentication level|"
        r"\bspf unauthorized|senders to authenticate|"
        r"sender id \(pra\)|is not allowed to send (mail )?(from|as)|not authorized to send (mail )?from|openspf\.",
    ),
    (
        "requireptr",
        r"unverif[yi]able|"
        r"reverse[- ]?(dns|lookup|ip|hostname|address|mapping)|\br ?dns\b|\bptr\b|ip name lookup failed|"
        r"(can ?not|cannot|could not|unable to) (find your|resolve your|verify your) (reverse )?(hostname|host name|ip)|"
        r"client host rejected: cannot find|no reverse|hostname.{0,20}(does not|not) resolv|all servers? must use fqdn|mismatches client ip",
    ),
    (
        "notcompliantrfc",
        r"addresses in from: header|duplicate header|multiple 'from|not (rfc|\d{3,4})[ -]compliant|(missing|invalid) "
        r"(an? )?(valid )?(message-id|date|from) header|missing a valid|bare (lf|newline|cr)|rfc ?5322|rfc ?2822",
    ),
    (
        "virusdetected",
        r"\bvirus|malware|worm\b.{0,20}(found|detect)|infected|executable (file|attachment|content)|"
        r"file extension.{0,30}(not allowed|block)|attachment.{0,30}(not allowed|prohibited|blocked|dangerous)",
    ),
    (
        "speeding",
        r"unusual rate|rate.?limit|too (quickly|fast)|exceeded your .{0,20}limit|slow down",
    ),
    (
        "blocked",
        r"(e-?mail|mail|messages?) from \d[\d.]{6,14} (is|are|was|were) (currently )?(blocked|refused|rejected)|"
        r"(mail|messages?) from \d[\d.]{6,14} (refused|rejected|blocked|weren't sent)|no smtp service here|too many bad hosts|"
        r"denied \[cs\]",
    ),
    (
        "spamdetected",
        r"(as|be|is|was|like|content|of|for|contain\w*|detected|suspected|identified|considered|classified|flagged)"
        r" (\w+ )?(spam|junk|unsolicited)|spam ?(message|mail|detect|content|score|filter|not|rejected|assassin|block|"
        r"suspect|report|email)|anti-?spam|unsolicited|unacceptable content|high spam|appears to be (spam|unsol)|"
        r"message content.{0,20}(block|reject|den)|looks like spam|rejected (as|due to) spam|\bis spam\b|spam points|refused\. spam|\bube\b|\buce\b|"
        r"bulk ?mail|blacklisted url|uribl|surbl|rule imposed.{0,20}as spam|content (rejected|reject|not acceptable)|"
        r"rejected by (the )?content|bogofilter|sophosreputation|cloudmark",
    ),
    (
        "badreputation",
        r"reputation|temporarily deferred due to (unexpected volume|user complaints)|user complaints|"
        r"low score of|poor sender",
    ),
    (
        "toomanyconn",
        r"too many (concurrent |simultaneous |smtp )?(connection|session)|connection (rate|frequency|limit)|"
        r"(concurrent|simultaneous|maximum).{0,20}connection|connections? (exceeded|limit)|throttl|"
        r"too many recipients|maximum number of recipients|exceeded the (rate|maximum number of (mess|mail|conn))|"
        r"exceeds? .{0,20}connection",
    ),
    (
        "speeding",
        r"too (many|much|fast).{0,30}(mail|message|e-mail|rate|quick)|rate limit|mails? per (hour|minute|day)|"
        r"sending (rate|limit|too fast|quota)|receiving (mail|messages) (at|too) (a rate|quick|fast)|"
        r"please try again slower|message(s)? rate|daily (user )?sending|exceeded (its|the|your) (hourly|daily|sending)",
    ),
    (
        "mailboxfull",
        r"mailbox is full|space limit reached|storedrv.{0,60}full|exceeds? (its|the) mailbox (size|quota)|number of message.{0,30}exceed|quota exceeded|too many messages (in|on) the|mailbox size exceeded|not enough (disk|storage) space|"
        r"(mail ?box|mailbox|inbox|maildir|mailfolder|mail folder|mail ?directory|account|recipient|user|box|"
        r"destinataire)\b.{0,60}(is full|exceed|over ?quota|full\b|out of|too large|pleine?)|mailbox ?full|"
        r"(is |went )?over (\w+ ){0,3}quota|quota (has been )?(exceed|violat|full|reached|overrun)|exceed\w* .{0,40}"
        r"(quota|storage|mailbox size|disk)|disk ?(quota|space) exceed|insufficient (disk|mailbox|system) (space|storage)"
        r".{0,20}(mailbox|user|recipient)|mailbox size limit|not enough (storage|disk|space)|disc? quota|no space left.{0,30}"
        r"(mail|user)|storage (limit|quota)|recipient storage full|\bis full\b|full mailbox|over ?quota|"
        r"out of (disk|storage|space)|user has too many messages|mailbox.{0,30}(limit|is too)|exceeded the local limit|"
        r"buzón.{0,20}llen|casella.{0,20}piena|postfach.{0,20}voll|переполнен|一杯|bo[iî]te.{0,30}pleine",
    ),
    (
        "mesgtoobig",
        r"(message|mail|e-?mail|data|attachment)s?\b.{0,40}(too (big|large)|exceeds? .{0,40}(size|limit|length)|"
        r"size exceed|larger than|over.?size)|size limit exceed|(size|length) (of the message )?exceed|message size|"
        r"mail size limit|max(imum)? (message|mail) size|too big for|exceeds? (the )?(maximum|size|fixed)|"
        r"line (is )?too long|too large",
    ),
    (
        "hasmoved",
        r"(has|have|recipient|user|mailbox|account).{0,30}(been )?(\bmoved|no longer on server)|no longer on server|"
        r"new address is|forwarding address|has been replaced by|address.{0,20}changed|user (has )?moved|(has )?moved to",
    ),
    (
        "filtered",
        r"(user|recipient) has blocked (you|the sender)|(recipient|user) (has )?(refused?|rejects?|rejected) (e-?mail|mail|your|messages?)|"
        r"(refused|blocked|rejected) by (the )?recipient|recipient preferences",
    ),
    (
        "suspend",
        r"administratively disabled|archived recipient|destinataire archiv|account is temporarily limited|user\(s\) account is|this account (has been|is) (disabled|suspended|deactivated)|user is (disabled|suspended|inactive)|not accepting mail from anyone|"
        r"(account|mail ?box|user|recipient|e-?mail|address|domain|user'?s?|addressee|compte|destinataire|usermailbox)"
        r"\b.{0,50}(suspend|disabled?\b|inactiv|locked|deactivat|not active|is blocked|has been blocked|frozen|hangup|"
        r"bloqu|desactiv|expired|closed|not currently|temporarily unavailable|is unavailable|on hold|restricted)|"
        r"(suspended|disabled|inactive|deactivated|locked|closed|expired|frozen|blocked|invalid/inactive) "
        r"(account|user|mail ?box|address|recipient|email)|account (that you tried to reach )?is (disabled|inactive)|"
        r"mailbox currently|unavailable or access denied|vdelivermail: account is|mailbox is not accepting|"
        r"not (currently )?accepting (mail|messages|e-?mail) (at this time|right now|for)|(has been|was) (suspended|disabled)",
    ),
    (
        "norelaying",
        r"rcpthosts|"
        r"we do not relay|relaying denied|relay not permitted|relaying prohibited|sender not local|"
        r"relay(ing)? (access |is |was )?(not |denied|prohibited|disallowed|rejected|not permitted)|"
        r"(unable|not permitted|not allowed|refus\w+|denied|deny|not authorized|insecure|cannot|can't|won't|don't|does not|no|"
        r"disallowed|invalid) (to |mail |open |email |third.party |external )?relay|relay.{0,20}(denied|not permitted|not "
        r"allowed|prohibited)|isn't in (my|our) (\w+ )?rcpthosts|mail (server )?requires authentication to relay|"
        r"local (domain|user) only|not local\b|not a (local|gateway)|you are not allowed to (use|relay)",
    ),
    (
        "blocked",
        r"invalid domain name|\b(helo|ehlo) (command|name)|(helo|ehlo|rbl)\b.{0,30}(reject|invalid|denied)|\brbl\b|dnsbl|blocked using",
    ),
    (
        "networkerror",
        r"too many hops|hop count|routing loop|connection was dropped",
    ),
    (
        "expired",
        r"message expired, con|connect failed|socket error|could not be delivered for|connect to .{0,160}(timed out|connection refused|unreachable|no route)|conversation with .{0,160}timed out",
    ),
    (
        "systemerror",
        r"lookup failure",
    ),
    (
        "notaccept",
        r"host does not receive mail|mx of .{0,80} is null|no mail is accepted|"
        r"null ?mx|no mx (record )?found|doesn't receive e-?mail|does not accept any|not accept any mail",
    ),
    (
        "rejected",
        r"badmailfrom|access denied for sender|can ?not verify sender|can't verify sender|domain must (exist|resolve)|domain of sender|sender'?s? domain|5\.1\.0 address rejected|5\.1\.[78]\b|"
        r"from:? .{0,30}domain is invalid|permisos necesarios para publicar|autorisation.{0,20}publier|berechtigung.{0,30}posten|notauthorized; not auth|connected to .{0,60}but sender was rejected|not authorized to send to the recipient|only accepts (mail|messages) from|sender (not allowed|is not allowed|not authenticated)|"
        r"permission to post|投稿する権限|sender.{0,20}(rejected|denied)|sender (verify|verification)|"
        r"not a member|not members|are not member|address that has been blacklisted",
    ),
    (
        "securityerror",
        r"smtp auth|without authentication|authentication required|not authenticated",
    ),
    (
        "networkerror",
        r"this message is looping|loop detected|cname lookup failed|"
        r"dns query failed",
    ),
    (
        "policyviolation",
        r"potential security issue|"
        r"policy reasons|not accepted for policy|message (was |is )?(rejected|refused|blocked) (by|due to) \w{0,12} ?polic|"
        r"for policy reasons|policy violation",
    ),
    (
        "mailererror",
        r"process timed out|\bexit \d{1,3}\b",
    ),
    (
        "hostunknown",
        r"(^|[ ;:])(dns |the )?domain (\S{1,120} )?does not exist",
    ),
    (
        "userunknown",
        r"address unknown|cannot be verified|no valid recipients|dest\. address|(callout )?verification failed|destinatario inexistente|unbekannte[rn]? |empf.{1,2}nger unbekannt|unavailable mail user|don't exists|mailbox name not allowed|does not have an account|not user of this|"
        r"recipnotfound|not listed in (the )?(public|domino)|is not a user here|not our user|not a user at|user rejected|unknown local.?part|inconnue? (a|à) cette|adresse inconnue|no mailbox here by that name|unrouteable address|not known at this site|all recipient addresses rejected|no account by that name|this user doesn't have|"
        r"(user|recipient|account|addressee?|mail ?box|mail ?drop|addresse|recipient name|alias|destinataire|e-?mail "
        r"address|user name|username|local ?part|mailbox name|person|utilisateur|usuario|utente|benutzer|empfänger)s?\b"
        r".{0,60}(unknown|not found|does ?n[o']t exist|doesn't exist|do not exist|no longer (exist|valid|available|in use)|"
        r"not exist|invalid|is not (known|valid|recognized|listed|a (known|valid|local))|not (known|valid|recognized|listed|"
        r"present|local|existing|defined|available)|unrecognized|undeliverable|inconnu|desconocid|sconosciut|unbekannt|"
        r"n'existe pas|no existe|non esiste|cannot be found|could ?n[o']t be found|isn't listed|wasn't found|unavailable)|"
        r"(unknown|invalid|no such|unrecognized|non-?exist\w*|bad|undefined|illegal|incorrect|nonexistent|unroutable|"
        r"undeliverable|inexistent) "
        r"(or \w+ )?(local |destination |virtual |remote |recipient |receiver |internet |e-?mail )?(user|recipient|receiver|mailbox|address|"
        r"account|alias|local ?part|person|name|e-?mail|local-part|local)|"
        r"(we|there is|is|has|have|having|had|here|with|by) (do not |don't |not )?(have |has )?(no|not|an|any) "
        r"(one |such |known |user |valid |account |mailbox |recipient |e-?mail |inbox )+|no (one )?(user|mailbox|account|"
        r"recipient|one|person|such)\b.{0,40}(here|by (that|this)|with (that|this)|name|found|exist)|"
        r"recipient (address )?(rejected|reject|not found|has been denied|refused).{0,40}(access denied|unknown|user|verify|"
        r"undeliver|no such|invalid|not exist|domain)|bad destination (mailbox|email)|not (a )?(valid|known) (user|"
        r"recipient|mailbox|address)|user .{0,80}(not found|unknown)|unknown user|can'?t (accept|verify) user|"
        r"is not a (known|valid|registered) (user|account|address|recipient)|no longer (at|with|works|employed)|"
        r"delivery to.{0,40}no such|rcpt (verify|is invalid)|does not exist|doesn'?t exist|doesn't have an? \S{0,40} account|"
        r"mailbox unavailable|mailbox not available|no mailbox|not our customer|dosn't exist|user_unknown|"
        r"address (rejected|error|wasn't found)|(sorry, )?no mailbox here|not listed in|"
        r"5\.1\.1|no existe|n'existe pas|inactive email address|宛先不明|存在しません|見つかりません|ne existe|не найден|не существует|"
        r"unable to deliver message to|vdeliver: invalid or unknown|cannot find (the )?user|nosuchuser",
    ),
    (
        "hostunknown",
        r"domain is not reachable|couldn't find any host|non-?existent (hosts?|domain)|nonexistentdomain|point to non-existent|domain name not found|no such (host|domain)|unrouteable mail domain|domain (name )?not found|host not found|"
        r"(host|domain|system|server|hostname|destination|machine)\b.{0,80}(unknown|not found|does ?n[o']t exist|can'?t be "
        r"found|cannot be found|could ?n[o']t be (found|resolved)|not exist|unresolvable|is not valid|invalid|not "
        r"resolved)|(unknown|no such|invalid|unrouteable|unroutable|bad) (host|domain|mail domain|destination system)|"
        r"(nxdomain|name or service not known|no such domain|illegal host|host/domain)|dns server returned answer with no "
        r"data|bad destination (system|host)|recipient address rejected: domain|not a (valid|known) domain|"
        r"(could|can) ?not (find|resolve) (the )?(host|domain|server|any (host|server))",
    ),
    (
        "rejected",
        r"(sender|from|mail from|return[- ]path|envelope[- ]from|originator|<>)\b.{0,60}(reject|denied|refus|invalid|not "
        r"(exist|allowed|valid|verified|accepted|found|permit)|blacklist|blocked|does ?n[o']t|unknown|must|unresolv|is "
        r"spammer|could ?n[o']t|verify fail|verification fail)|(reject\w*|denied|refus\w+|blocked|unknown|invalid|bad) "
        r"(by |the |this |your )*(sender|mail from|from address|return path|envelope from)|null (sender|envelope)|"
        r"address that has been blacklisted|not (a )?members? (of|only)|are not member|only (members|subscribers)|"
        r"(only|just) (accepts?|accepted) .{0,30}(from|members)|permission to post|投稿する権限|restricted.{0,40}sender|"
        r"authenticated senders|unauthenticated senders|backscatter|empty envelope|domain of sender|not permitted to (post|"
        r"send)|you (are not|aren't) (allowed|permitted) to (send|post)|messages? from (this|your) (domain|address) ",
    ),
    (
        "blocked",
        r"but my name was rejected|but greeting failed|bad sender ip|access from ip|"
        r"(ip|host|client|server|connection|address|network|site|access|you|isp|provider|mail from)s?\b.{0,60}(blacklist|"
        r"block ?list|black list|blocked|blocklisted|banned|denylist|not allowed|refused|denied|rejected|listed|"
        r"is not (allowed|authorized|permitted)|in (an? )?rbl)|(blacklist|blocklist|block list|black list|blocked|banned|"
        r"dnsbl|\brbl\b|spamhaus|spamcop|barracuda|sorbs|cbl\b|senderscore|csi cloudmark|abuseat|mail-abuse|"
        r"njabl|uceprotect|invaluement)|blocked|use the (smtp|mail) server of your|dynamic ip|dialup|residential|"
        r"(helo|ehlo).{0,40}(reject|invalid|denied|not|fail|must|forged)|forged|bad (host|client)|client host|"
        r"no access from mail server|connection (was )?refused by|refused to talk to me|domain name.{0,20}not (valid|resolv)|"
        r"invalid domain name|greylist|graylist|grey-list|temporarily (rejected|deferred|blocked)|try again later.{0,20}grey|"
        r"come back later|cannot send e-?mail to yourself|your (ip|network|host|server)|your message.{0,20}from",
    ),
    (
        "notcompliantrfc",
        r"not (rfc|compliant)|duplicate header|multiple.{0,20}(from|header)|missing (date|from|message-id|"
        r"header)|invalid (header|message-id)|bare (lf|newline|cr)|header.{0,30}(missing|invalid|malformed)|non-?compliant",
    ),
    (
        "contenterror",
        r"invalid (message )?content|8.?bit data|\bmime\b|improper use|(header|body|content) (error|format)|content type|unacceptable (character|header)|"
        r"invalid charset|smtputf8|eai |non-ascii|internationali[sz]ed|too many (received|hops)|conversion|"
        r"base64|boundary",
    ),
    (
        "failedstarttls",
        r"starttls|tls (is )?(required|not|negotiation|handshake|connection)|certificate (verif|expired|not)|encryption "
        r"(is )?(required|needed)",
    ),
    (
        "policyviolation",
        r"polic(y|ies)|prohibited|you may not send|not acceptable|administrative(ly)? (prohibit|den)|delivery not authorized|"
        r"closed mailing list|security (polic|restriction)|attachment|because the recipient is not accepting",
    ),
    (
        "securityerror",
        r"authentication (is )?(required|failed|needed|unsuccess|credentials|error)|smtp auth|not authenticated|"
        r"unauthori[sz]ed|authorization|security|without authentication|account not subscribed|\bsasl\b|"
        r"requires? (smtp )?auth|must (be )?(auth|issue a)",
    ),
    (
        "systemfull",
        r"(server|system|disk|mail system).{0,20}(is )?full|insufficient (system )?(storage|resource|disk)|no space left|"
        r"resources? temporarily|not enough (memory|resources)",
    ),
    (
        "syntaxerror",
        r"syntax error|command (not )?(unrecognized|recogni[sz]ed|implemented|unknown)|bad sequence|improper sequence|"
        r"out of sequence|bad (command|arguments?)|unrecognized command|need (mail|rcpt|helo)|503 ",
    ),
    (
        "notaccept",
        r"null ?mx|no ?mx|no mx (record )?found|does not accept (mail|e-?mail|any)|doesn'?t (accept|receive) (mail|e-?mail|"
        r"any)|not accept(ing)? (any )?(mail|message|e-?mail|network)|smtp protocol returned a permanent error|"
        r"name server:? .{0,60}host not found|mail receiving disabled|no mail (server|host)|does not (like|receive) mail|"
        r"(destination|host) .{0,40}(is )?not accepting",
    ),
    (
        "expired",
        r"could not find a gateway|queue\.expired|message expired|message has been in the queue too long|temporarily deferred|"
        r"time ?d? ?out|timeout|failing for a long time|expire|giv(ing|en) up|could not (connect|be contacted)|(unable|failed) to (connect|contact|"
        r"reach)|(connection|operation) (timed|refused|reset|lost|failed)|no (answer|route|response) |retry|retries|not "
        r"accept our requests to connect|unreachable|too old|delay|deferred|has been in the queue|undelivered (for|after)|"
        r"was aborted after|could not deliver for the last|no longer than|conversation with .{0,80}(timed|lost)|"
        r"in queue too long|(unable|failed) to (deliver|send).{0,30}(hours?|days?|minutes?)|host (is )?(down|unreach)|"
        r"socket error|not deliver(ed)? (after|for|within)|couldn't connect|not responding|server (is )?(down|busy)",
    ),
    (
        "networkerror",
        r"\bdns\b|loop(s|ing|ed)?\b|no route|name ?server|mx records? (point|for)|could not (be )?(find|found) (a )?"
        r"(gateway|host)|unrouteable|lookup|lost connection|network (is )?(error|unreach)|bad connection|cannot connect|"
        r"no (relevant )?(dns|answer)|too many hops|hop count|servfail|malformed or unexpected name server reply|"
        r"destination (server|host) down|lame|remote (host|server) (said|down)",
    ),
    (
        "mailererror",
        r"command (failed|died|not|line|returned|time)|exit (code|status|value)|pipe (to|\|)|procmail|returned (non-?zero|an "
        r"error)|\bprog(ram)?\b|mailer (error|not)|child (crashed|process)|died with|local delivery (failed|error)|core dump|"
        r"terminated (by|abnormally)|x-unix|unix; ",
    ),
    (
        "systemerror",
        r"best-preference mx|isn't in my control|unable to (switch|exec|lock|contact)|wrong owner|ldap|configuration error|cannot contact|"
        r"system (error|config|incorrectly|problem)|server (error|configuration|config)|local (error|configuration|problem)|"
        r"internal (error|server|problem)|cannot (create|open|write|append|lock)|can't (create|open|write)|"
        r"service (unavailable|not available|currently|temporarily)|resource|unable to (open|create|write|lock|chdir|"
        r"read)|input/output|permission denied|read error|undefined error|protocol error|cannot be processed|"
        r"temporar(y|ily)|could not (open|create|write|complete)|loops? back to|misconfigur|mail for .{0,60}loops|"
        r"remote server is misconfigured|failed to (set|open|write)|queue|mta error|transaction failed|unable to process",
    ),
    (
        "filtered",
        r"(message|mail|e-?mail|you|recipient|user|delivery|due to|because|been) .{0,40}(refused|rejected|filter|not "
        r"accept|denied)|rejected|refused|not accept|access denied|denied|filter|user refused|restrict",
    ),
)
