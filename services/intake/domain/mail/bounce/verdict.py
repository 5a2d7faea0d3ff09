"""Whether a mail is a report of failure at all. People write about failed mail, too, and machines answer for people."""

import re
from collections.abc import Sequence

from services.intake.domain.mail.headers import Fields
from services.intake.domain.mail.model import Address
from services.intake.domain.mail.parts import Part

# How mailers name themselves in From, often without an address that could be parsed.
_MAILER = re.compile(
    r"mailer[-_. ]?daemon|mail[-. _]{0,2}(delivery|router|transfer)|mail-?daemon|^\W*mdaemon|microsoftexchange|mail deliver",
    re.I,
)
_DAEMON = re.compile(
    r"mailer[-_. ]?daemon|mail[-. _]{0,2}(delivery|router|transfer)|delivery[-. ]{0,2}(sub)?(system|report|agent|status)|"
    r"mail (system|handler)|post[-_ ]?(master|office@)|mail-?daemon|^\W*mdaemon|"
    r"microsoftexchange|microsoft (outlook|exchange)|non-?delivery|undelivered|"
    r"email delivery|mail deliver|mail ?marshal|surfcontrol|interscan",
    re.I,
)
# What is sent by machines, and by people who do not want to be answered: bounces as well as anything else.
_MACHINE = re.compile(
    r"no-?reply|do-?not-?reply|\b(smtp|mta|imss|majordomo|listserv|nobody|root|daemon|bounces?|mailadm\w*|complaints)\b|"
    r"system ?administrator|mail admin(istrator)?|administrateur syst|administrador del? sistema|systeembeheer|"
    r"amministratore (del |di )?sistema|系统管理员|系統管理員|システム管理者|시스템 관리자|системный администратор|"
    r"-admin@|-owner@|gateway|courier|mail ?server|amazonses|sns\.amazonaws|scanmail|mailscanner",
    re.I,
)
_SUBJECT = re.compile(
    r"undeliver|undelivrable|return(ed|ing) (mail|message|to sender|e-?mail)|deliver\w* (status|failure|failed|error|problem|"
    r"report|notif|has failed|delay|incomplete)|failure (notice|delivery|of)|mail (delivery|system error|failure|status|"
    r"error|could not)|could ?n[o']t (be )?(deliver|send|sent)|rejected mail|non[- ]?(deliver|remis)|message non "
    r"(distribué|remis|délivré)|échec d|unzustellbar|fehlgeschlagen|nicht zugestellt|zustell(ung|fehler)|mensaje no|no se "
    r"(pudo|puede|ha podido)|no entrega|mancat[ao] (recapito|consegna)|non recapitabil|impossibile|niet (bezorg|"
    r"afgeleverd|bestelbaar)|onbestelbaar|não (entreg|foi)|falha|warning: (could not|message|mail)|not deliver|processing "
    r"error|rejected (mail|message|posting)|mail (rejected|refused)|message (rejected|refused|delayed|not)|не доставлен|"
    r"сообщение не|не удалось|メールエラー|配信|配送|送信(エラー|でき|失敗)|不達|宛先|エラー|退信|投递失败|系统退信|反送|배달|전송 실패|"
    r"olevererbart|kan inte levereras|ikke leveres|kunne ikke|ei voitu|iletilemedi|teslim edilemedi|nedoruč|niedoręcz|"
    r"nie (można|dostarcz)|niedostarcz|kan inte lever|toimitettav|не удается достав|недостав|αδύνατη|παράδοση|"
    r"無法傳遞|无法投递|未送達|未传递|배달되지|לא ניתן למסור|لم يتم تسليم|تعذر (تسليم|التسليم)|غير قابل للتسليم|no entregable|"
    r"não entregue|non consegn|kézbesíthetetlen|nelivrabil|bounced?\b|failed mail|mail error|unknown (user|address|recipient)|user unknown|unable to "
    r"deliver|(are|sender is)? ?not (a )?member|invalid (recipient|address)|delivery (failure|to)|automatically rejected|status of (your|mail)|"
    r"notification of|(amazon ses|aws) .{0,20}notification",
    re.I,
)
_WORDS = re.compile(
    r"(could|can|was|were|has|have|is|be|been)(n't| ?not|n’t)? .{0,30}(deliver(ed)?\b|sent\b).{0,80}|undeliverable|not "
    r"(be )?delivered|deliver(y|ing) .{0,60}(fail|error|problem|permanent|abort|delay|not possible)|permanent (fatal )?error|"
    r"did not reach|wasn't able to deliver|unable to deliver|returned (to sender|mail)|smtp error|user unknown|unknown user|"
    r"(host|mailbox|user|recipient|account).{0,40}(unknown|not found|does not exist|unavailable|is full|exceed|"
    r"invalid)|no such user|invalid (recipient|user|address|mailbox)|[45]\d\d[ -][45]\.\d\.\d|<<< [45]\d\d|"
    r"quota exceeded|automatically rejected|could not be sent|couldn't be delivered|not a member|are not member|送信できません|"
    r"配信できません|届けられません|не может быть доставлен|nicht zugestellt|non remis|no se pudo entregar|"
    r"could not (send|deliver)|\"notificationtype\":\s{0,4}\"bounce|following address(es)?.{0,10} failed|following recipients? .{0,20}failed|"
    r"投稿する権限|存在しない",
    re.I,
)
_PROGRAM = re.compile(
    r"following (recipient|address|destination)|[45]\d\d[ -]\#?[45]\.\d\.\d|<<< ?[45]\d\d|#[45]\.\d\.\d|original message follows|"
    r"automatically|msexch|was not delivered to|could not be delivered because|undeliverable to|diagnosti|error message below|"
    r"failed recipient|message details|transcript|\b550[ -](5\.|user|no |unknown|recipient|mail ?box|<|requested|invalid|reject|access|sorry|address|message)|invalid receiver|delivery (failure|status) notif|returned message|"
    r"the following message to|time limit specified|could not be delivered to: ?<?\S+@|no valid recipients",
    re.I,
)
_ABSENT = re.compile(
    r"out of (the )?office|on (vacation|holiday|leave)|auto(matic|mated)?[- ]?(reply|response|answer|responder)|vacation|away "
    r"from|absence du|réponse automatique|abwesen|automatische antwort|fuera de|respuesta autom|fuori (sede|ufficio)|afwezig|"
    r"自動(返信|応答)|不在|confirm (your|you are)|challenge|verify (your|that you)",
    re.I,
)
_FEEDBACK = ("message/feedback-report",)
REPORTS = ("message/delivery-status", "message/global-delivery-status")


def is_feedback(root: Part, parts: Sequence[Part]) -> bool:
    """A complaint by a reader (RFC 5965) is no failure."""
    return root.parameters.get("report-type", "").lower() == "feedback-report" or any(
        part.content_type in _FEEDBACK for part in parts
    )


def is_certain(fields: Fields, root: Part) -> bool:
    """Whether the mail calls itself a report of failure, whatever it says."""
    return bool(fields.first("x-failed-recipients")) or (
        root.parameters.get("report-type", "").lower() == "delivery-status"
    )


def looks_like_report(fields: Fields, root: Part, sender: Address | None, text: str) -> bool:
    """Whether a machine says so that a mail did not arrive; the fields of RFC 3464 are not asked here.

    A person's mail about undelivered mail has neither a null return path nor a mailer's name.
    """
    if is_certain(fields, root):
        return True
    report = root.parameters.get("report-type", "").lower()
    subject, body = fields.text("subject")[:500], text[:20_000]
    auto = fields.text("auto-submitted").lower()
    if report == "disposition-notification" and "rejected" not in f"{auto} {body[:2_000]}".lower():
        return False
    if _ABSENT.search(subject) and not _SUBJECT.search(subject):
        return False
    told = bool(_SUBJECT.search(subject)) + bool(_WORDS.search(body))
    named = fields.text("from")[:500] or (sender.address if sender else "")
    if _MAILER.search(named) or _DAEMON.search(fields.text("return-path")[:300]):
        return told >= 1
    if _DAEMON.search(named):
        # A postmaster may be a person, who writes about such things: only the words of a program are a program's.
        return told >= 1 and (
            bool(_PROGRAM.search(body)) or _from_machine(fields, "", auto) or _returns(root)
        )
    # Shops, ticket systems and monitoring speak of failed deliveries, too.
    speaks_of_mail = (
        bool(_PROGRAM.search(body)) or _returns(root) or _has_null_path(fields) or _is_fml(fields)
    )
    return told == 2 and speaks_of_mail and _from_machine(fields, named, auto)


def _returns(root: Part) -> bool:
    """Another mail is inside: the one that came back."""
    return any(part.is_message or part.content_type == "text/rfc822-headers" for part in root.children)


def _has_null_path(fields: Fields) -> bool:
    return any(value.strip() == b"<>" for value in fields.all("return-path"))


def _is_fml(fields: Fields) -> bool:
    """Whether a program for mailing lists wrote it, which marks what it writes with fields of its own."""
    return any(name.startswith("x-ml") for name, _ in fields.items)


def _from_machine(fields: Fields, named: str, auto: str) -> bool:
    if _has_null_path(fields):
        return True
    if auto and not auto.startswith("no"):
        return True
    if _MACHINE.search(named) or _is_fml(fields):
        return True
    return fields.text("precedence").lower() in ("bulk", "junk", "auto_reply")
