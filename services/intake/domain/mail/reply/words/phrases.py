"""How attributions, devices and footers are worded in many languages."""

import re

# What ends an attribution: somebody wrote.
WROTE = re.compile(
    r"(wrote|writes|said|a\s{1,3}écrit|écrit|schrieb|geschrieben|escribi[oó]|escribe|ha\s{1,3}scritto|scritto|scrive|"
    r"schreef|escreveu|escreve|napisał(\(a\)|a)?|pisze|napsal(\(a\)|a)?|napísal(\(a\)|a)?|píše|skrev|skreiv|kirjoitti|"
    r"написал(\(а\)|а)?|пишет|написав(\(ла\)|ла)?|пише|yazdı|yazmış|έγραψε|írta|a\s{1,3}scris|va escriure|"
    r"написа(ха)?|je napisa(o|la)|je pisa(o|la)|napisao|napisal(a|i)?|написа(о|ла)|نوشت|rašė|parašė|rakstīja|kirjutas|menulis|đã viết|viết|เขียน(ว่า)?|"
    r"写道|寫道|编写|撰写|さんは書きました|が書きました|は書きました|書きました|のメール|님이 작성|작성|씀|썼습니다|쓰셨습니다|"
    r"님의 메시지|كتب(ت)?|كتابة|כתב(ה)?)",
    re.IGNORECASE,
)
# What begins one.
ON = re.compile(
    r"(on|at|in|le|am|el|در تاریخ|kuupäev|il|op|em|den|d\.|på|w dniu|dnia|dne|dňa|pe|ma|ti|ke|to|la|su|στις|στις|у|в|на|vào|pada|tarihinde|"
    r"quoting|from|from:|citando|zitat von|quoth|em|a|no dia|dia|à|vom|il giorno|il giorno|w dn\.|в|во|بتاريخ|في|בתאריך|"
    r"ב-|kl\.?|mon|tue|wed|thu|fri|sat|sun)\b",
    re.IGNORECASE,
)
# A program's or a telephone's boast. Whole lines, at most seven words, without a comma; so a person's sentence stays.
DEVICE = re.compile(
    r"(sent from|sent via|sent with|sent using|sent by|sent on|sent through|composed (on|with)|written on my|from my \w+$|"
    r"get outlook for|get bluemail for|download outlook|via (my )?(iphone|ipad|blackberry|android)|"
    r"envoyé (de|depuis|à partir|avec|via)|envoyée (de|depuis)|obtenez outlook|obtenir outlook|télécharger outlook|"
    r"téléchargez outlook|provenance|von meinem|von mein |gesendet (von|mit|über|aus)|diese nachricht wurde von mein|"
    r"diese e-?mail wurde von mein|outlook für|holen sie sich outlook|enviado (desde|de|do|da|por|con|pelo|a partir|"
    r"mediante)|enviada (desde|do)|obtener outlook|obter o? ?outlook|obtenga outlook|inviat[oa] (da|dal|dallo|dalla|tramite|"
    r"con)|scarica outlook|ottieni outlook|verstuurd (vanaf|met|vanuit|via)|verzonden (vanaf|met|vanuit|via)|"
    r"outlook voor|download outlook|skickat från|skickades från|hämta outlook|sendt fra|sendt med|hent outlook|få outlook|"
    r"lähetetty|hanki outlook|wysłane z|wysłano z|wysłane przy|pobierz|odesláno z|odesláno ze|odoslané z|stáhnout outlook|"
    r"отправлено (с|из|при)|посылается с|скачать outlook|надіслано (з|із|за)|завантажити outlook|"
    r"στάλθηκε από|αποκτήστε|iphoneから送信|ipadから送信|androidから|私の|从我的|發自我的|来自我的|傳送自|寄自|发自我的|下载 outlook|"
    r"나의 |내 (iphone|갤럭시)|أرسلت من|أُرسلت من|تم الإرسال من|נשלח מ|נשלח באמצעות|az? \w+ küldve|elküldve|küldve|trimis de pe|"
    r"poslano (z|s|iz|sa) |dikirim dari|enviat (des|amb)|изпратено от|đã gửi từ|được gửi từ|ส่งจาก|ارسال‌شده از|"
    r"kaldırıldı|gönderen:)",
    re.IGNORECASE,
)
# The same, where the boast stands at the end of the line.
DEVICE_END = re.compile(
    r"((iphone|ipad|android|blackberry|samsung|galaxy|huawei|xiaomi|outlook|mail|cihaz|telefon|mobil)\S{0,40} "
    r"(gönderildi|gesendet|geschickt|küldve|から送信(されました)?|에서 (보냄|보낸 메일)|发送|傳送|lähetetty)|から送信|에서 보냄|"
    r"iphone发送|iphone傳送|iphone送信)\s*[.。]?$",
    re.IGNORECASE,
)
# Footers that services and lists put below, wherever their rule stands.
FOOTER = re.compile(
    r"(reply to this e-?mail directly|reply directly to this|you received this (message|mail|e-?mail) because|"
    r"you are receiving this (message|mail|e-?mail)? ?because|to unsubscribe from (this|the|all)|unsubscribe (from|:|here)|"
    r"this e-?mail has been (checked|scanned)|virus-?free|diese e-?mail wurde (von|auf)|cet e-?mail a été vérifié|"
    r"l'absence de virus|view it on github|mailing list|mailman/listinfo|manage (your )?(subscription|notification)|"
    r"este correo electrónico ha sido|de avast|avg\.com|avast\.com|questa e-?mail è stata|dit e-?mailbericht is)",
    re.IGNORECASE,
)
ABOVE = re.compile(
    r"(reply|respond|write|type your (reply|response)|répond(re|ez)|antwort\w*|responda|rispondi|reageer|svar\w*|"
    r"(your )?response)\b.{0,40}\b(above|au-dessus|oberhalb|encima|arriba|acima|sopra|boven|ovanför|over|powyżej|nad)\b"
    r".{0,30}(line|ligne|linie|línea|linha|linea|lijn|linje|linii)",
    re.IGNORECASE,
)
THIS_LINE = re.compile(
    r"\b(this|cette|dieser|diese|esta|questa|deze|denna|denne|tej|tą) (line|ligne|linie|línea|linha|linea|lijn|linje|linii)"
)
QUOTING = re.compile(
    r"(quoting|citando|citant|missatge de|zitat von|citerar|cytowanie|цитирую)\b", re.IGNORECASE
)
