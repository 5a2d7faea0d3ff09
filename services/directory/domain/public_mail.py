"""Domains under which anybody may have a mailbox: no client's, whatever somebody wishes.

A client that had one of these would be filed the mail of strangers. Names of providers who give mailboxes to the public,
free or with a line; their national domains included. What is missing does no harm beyond an administrator's own mistake.
"""

_GIVERS = {
    "aol": "com de fr it co.uk",
    "bigpond": "com net.au",
    "bol": "com.br",
    "freemail": "hu gr",
    "gmx": "at ch com co.uk de fr net",
    "googlemail": "com de co.uk",
    "hotmail": "be ca ch co.jp co.uk com com.ar com.au com.br com.mx de dk es fr it nl no se",
    "hushmail": "com me",
    "inbox": "com lv lt ru",
    "libero": "it",
    "live": "at be ca ch cl cn co.uk com com.au com.mx com.pt de dk fr ie it jp nl no ru se",
    "mail": "be bg com de ee ru",
    "optusnet": "com.au",
    "orange": "fr",
    "outlook": "at be cl co.id co.il co.th com com.ar com.au com.br com.gr com.tr com.vn cz de dk es fr hu ie "
    "in it jp kr lv my ph pt sa sg sk",
    "proton": "me",
    "protonmail": "ch com",
    "rambler": "ru ua",
    "t-online": "de hu",
    "tiscali": "co.uk it",
    "tuta": "com io",
    "tutanota": "com de",
    "virgilio": "it",
    "wanadoo": "es fr nl",
    "yahoo": "ca co.id co.in co.jp co.kr co.nz co.th co.uk co.za com com.ar com.au com.br com.cn com.co com.hk "
    "com.mx com.my com.ph com.sg com.tr com.tw com.vn de dk es fr gr ie in it nl no pl pt ro ru se",
    "yandex": "by com com.tr kz ru ua",
    "ziggo": "nl",
    "zoho": "com eu in",
}
_OTHERS = """
126.com 139.com 163.com 189.cn 21cn.com abv.bg aliyun.com alice.it allegro.mail.pl arcor.de att.net bellsouth.net
bk.ru blueyonder.co.uk bluewin.ch bt.com btinternet.com btopenworld.com centrum.cz charter.net comcast.net cox.net
daum.net duck.com earthlink.net email.cz email.it eircom.net fastmail.com fastmail.fm foxmail.com free.fr freenet.de
frontier.com gmail.com hanmail.net hetnet.nl hey.com hispavista.com hotmail.gr icloud.com ig.com.br inbox.eu interia.pl
iol.it juno.com kpnmail.nl kolabnow.com laposte.net list.ru lycos.com mac.com mailbox.org mailfence.com me.com
msn.com mymail.com nate.com naver.com neuf.fr netzero.net ntlworld.com o2.pl onet.pl op.pl outlook.com pm.me
poczta.onet.pl posteo.de posteo.net prodigy.net.mx qq.com rediffmail.com rocketmail.com rogers.com runbox.com
sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca sina.cn sina.com sky.com sohu.com sympatico.ca talk21.com talktalk.net
telefonica.net telenet.be telia.com terra.com.br terra.es uol.com.br verizon.net videotron.ca virginmedia.com
volny.cz walla.co.il web.de wp.pl xs4all.nl xtra.co.nz ya.ru yeah.net ymail.com zonnet.nl
"""

PUBLIC_DOMAINS = frozenset(
    (*_OTHERS.split(), *(f"{name}.{zone}" for name, zones in _GIVERS.items() for zone in zones.split()))
)


def is_public(domain: str) -> bool:
    """Whether the public has mailboxes there. domain: in its normal form."""
    return domain in PUBLIC_DOMAINS
